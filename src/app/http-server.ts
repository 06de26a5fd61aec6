import { createAdaptorServer } from '@hono/node-server'
import type { App } from './compose.ts'

/** Node's server around the app. */
export type HttpServer = ReturnType<typeof createAdaptorServer>

/** How long a client may take, in milliseconds. */
export type ClientLimits = {
  /** For the headers of a request. */
  readonly headersMs: number
  /** For a whole request. */
  readonly requestMs: number
  /** Without a byte in either direction, as when an answer is not read. The connection is then closed. */
  readonly silenceMs: number
  /** How often the first two are looked at. */
  readonly checkEveryMs: number
}

/** Node waits five minutes for a request and forever for an answer to be read: enough to hold every connection, and the memory of its answer. */
const CLIENT_LIMITS: ClientLimits = {
  headersMs: 15_000,
  requestMs: 60_000,
  silenceMs: 60_000,
  checkEveryMs: 5_000,
}

/**
 * Makes the server that takes requests from the network. A query may run for `sqlTimeLimitMs`, and a client that
 * waits for it is silent that long.
 */
export function createHttpServer(
  app: Pick<App, 'fetch'>,
  sqlTimeLimitMs: number,
  limits: ClientLimits = CLIENT_LIMITS,
): HttpServer {
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request, { incoming }) => app.fetch(request, incoming.socket.remoteAddress ?? 'unknown'),
    serverOptions: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
  })
  server.setTimeout(limits.silenceMs + sqlTimeLimitMs)
  return server
}
