import * as oauth from 'oauth4webapi'
import { fail, ok, type Result } from '../result.ts'
import { readAtMost, unreachable, type Fetch } from './connection.ts'
import type { ClientFailure } from './failure.ts'
import type { ServerUrl } from './server-url.ts'

/** The client that the command line is where nobody registered it (docs/oauth.md). Datasette reads no client id. */
export const COMMAND_LINE_CLIENT: oauth.Client = { client_id: '7461706564656b20636f6d6d616e6421' }

/** Where a server lets people in, and what it needs to be asked. */
export type Endpoints = {
  readonly server: oauth.AuthorizationServer
  /** Options for every request. */
  readonly transport: Transport
}

/** What the protocol library sends with, whatever it asks for. */
type LibraryFetch = (
  address: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body: URLSearchParams | undefined
  },
) => Promise<Response>

type Transport = {
  readonly [oauth.customFetch]: LibraryFetch
  readonly [oauth.allowInsecureRequests]: boolean
}

/** Longest time for one request, in milliseconds, and most bytes of its answer. */
const TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Finds the endpoints of a server in its metadata (RFC 8414). A server without such a document, as Datasette with
 * datasette-oauth is, has them where datasette-oauth has them; so has one whose document speaks for another address.
 */
export async function findEndpoints(
  server: ServerUrl,
  fetch: Fetch,
  userAgent: string,
): Promise<Result<Endpoints, ClientFailure>> {
  const transport: Transport = {
    [oauth.customFetch]: boundedFetch(fetch, userAgent),
    [oauth.allowInsecureRequests]: server.href.startsWith('http:'),
  }
  try {
    const issuer = new URL(server.href)
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...transport })
    const found = await oauth.processDiscoveryResponse(issuer, response)
    return ok({ server: ownEndpoints(server, found), transport })
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError) {
      return ok({ server: usualEndpoints(server), transport })
    }
    return fail(unreachable(server.href, error))
  }
}

function usualEndpoints({ href }: ServerUrl): oauth.AuthorizationServer {
  return {
    issuer: href,
    token_endpoint: `${href}/-/oauth/token`,
    device_authorization_endpoint: `${href}/-/oauth/device`,
  }
}

/** Codes and tokens go to the server that was named and nowhere else, whatever its metadata says. */
function ownEndpoints(server: ServerUrl, found: oauth.AuthorizationServer): oauth.AuthorizationServer {
  const isOwn = (address: string | undefined): address is string =>
    address !== undefined && URL.canParse(address) && new URL(address).origin === server.origin
  const {
    device_authorization_endpoint: device,
    revocation_endpoint: revocation,
    token_endpoint: token,
  } = found
  return {
    issuer: found.issuer,
    ...(isOwn(token) && { token_endpoint: token }),
    ...(isOwn(device) && { device_authorization_endpoint: device }),
    ...(isOwn(revocation) && { revocation_endpoint: revocation }),
  }
}

/** Follows no redirect, waits only so long and reads only so much. */
function boundedFetch(fetch: Fetch, userAgent: string): LibraryFetch {
  return async (address, { method, headers, body }) => {
    const response = await fetch(address, {
      method,
      headers: { ...headers, 'user-agent': userAgent },
      body: body ?? null,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const bytes = await readAtMost(response, MAX_ANSWER_BYTES)
    const isEmpty = bytes === null || bytes.length === 0
    const content = isEmpty ? null : Buffer.from(bytes)
    return new Response(content, { status: response.status, headers: response.headers })
  }
}
