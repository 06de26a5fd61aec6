import { createAdaptorServer } from '@hono/node-server'
import type { App } from './compose.ts'
import { limitUntaken, type UntakenLimits } from './untaken-answers.ts'

/** Node's server around the app. */
export type HttpServer = ReturnType<typeof createAdaptorServer>

/** How long a client may take, in milliseconds. */
export type ClientLimits = {
  /** For the headers of a request. */
  readonly headersMs: number
  /** Without a byte in either direction, as when an answer is not read. The connection is then closed. */
  readonly silenceMs: number
  /** How often that, and the time for whole requests, is looked at. */
  readonly checkEveryMs: number
}

/** Bytes of the largest head of a request: statements stand in addresses. As many as the server of Datasette takes. */
const MAX_HEADER_BYTES = 64 * 1024

/** Room for many answers of the largest kind at once. */
const UNTAKEN_LIMITS: UntakenLimits = { maxBytes: 128 * 1024 * 1024, checkEveryMs: 250 }

/** Node waits five minutes for a request and forever for an answer to be read: enough to hold every connection, and the memory of its answer. */
const CLIENT_LIMITS: ClientLimits = {
  headersMs: 15_000,
  silenceMs: 60_000,
  checkEveryMs: 5_000,
}

export type HttpServerOptions = {
  /** A query may run this long, and a client that waits for it is silent meanwhile. */
  readonly sqlTimeLimitMs: number
  /** How long a whole request may take to arrive, in milliseconds: the largest of them. Most are read within `BODY_TIMEOUT_MS`. */
  readonly bodyTimeoutMs: number
  /** Whether nobody else's code runs here: the global `Request` and `Response` may give way to much cheaper ones. */
  readonly ownsProcess: boolean
}

/**
 * Makes the server that takes requests from the network.
 */
export function createHttpServer(
  app: Pick<App, 'fetch'>,
  { bodyTimeoutMs, sqlTimeLimitMs, ownsProcess }: HttpServerOptions,
  limits: ClientLimits = CLIENT_LIMITS,
): HttpServer {
  const server = createAdaptorServer({
    overrideGlobalObjects: ownsProcess,
    fetch: (request, { incoming }) => app.fetch(request, incoming.socket.remoteAddress ?? 'unknown'),
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersMs,
      requestTimeout: bodyTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
  })
  server.setTimeout(limits.silenceMs + sqlTimeLimitMs)
  limitUntaken(server, UNTAKEN_LIMITS)
  return server
}
