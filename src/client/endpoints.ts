import * as oauth from 'oauth4webapi'
import { boundedFetch, type Fetch } from '../http/bounded-fetch.ts'
import { fail, ok, type Result } from '../result.ts'
import { unreachable } from './connection.ts'
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

type LibraryFetch = ReturnType<typeof boundedFetch>

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
    [oauth.customFetch]: fetchAs(userAgent, fetch),
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

function fetchAs(userAgent: string, fetch: Fetch): LibraryFetch {
  const send = boundedFetch(fetch, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES })
  return (address, request) =>
    send(address, { ...request, headers: { ...request.headers, 'user-agent': userAgent } })
}
