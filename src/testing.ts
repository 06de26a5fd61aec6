/** The public interface for tests of plugins: a whole server inside the test, without a port. */
export {
  createTestServer,
  type TestRequest,
  type TestServer,
  type TestServerOptions,
} from './app/test-server.ts'
