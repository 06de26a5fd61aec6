import type { TestServer } from '../../src/testing.ts'

/** What stands at an address: the answer of a server, with its body as text. */
export async function pageAt(
  server: TestServer,
  path: string,
  options?: Parameters<TestServer['request']>[1],
): Promise<{ readonly status: number; readonly response: Response; readonly html: string }> {
  const response = await server.request(path, options)
  return { status: response.status, response, html: await response.text() }
}
