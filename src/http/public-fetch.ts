/**
 * Fetches an address that a stranger named. What it leads to is nobody's promise, so: only https, only the public
 * internet, no redirect, no cookie or name of ours, and only so much time and size.
 */
import { lookup as resolveName } from 'node:dns'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { fail, ok, type Result } from '../result.ts'
import { isPublicAddress } from './public-address.ts'

/** What came back, whatever its status. `body` is the whole of it. */
export type PublicAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/** `address-not-public`: the name leads to an address that is not of the public internet, and no connection was made. */
export type PublicFetchFailure = {
  readonly reason: 'address-not-public' | 'unreachable' | 'timed-out' | 'too-large'
  readonly cause: unknown
}

export type PublicFetchLimits = {
  /** For everything, from the look-up of the name to the last byte, in milliseconds. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

export type PublicFetch = (
  address: string,
  limits: PublicFetchLimits,
) => Promise<Result<PublicAnswer, PublicFetchFailure>>

/** The outside network: how names are looked up, and how connections are made to what the look-up in their options gives. */
export type OutsideNetwork = {
  readonly lookup: LookupFunction
  readonly connect: (options: ConnectionOptions) => TLSSocket
}

const INTERNET: OutsideNetwork = { lookup: resolveName, connect: connectTls }

/** Makes the fetcher. Its network is the internet, unless a test gives it another. */
export function createPublicFetch({ connect, lookup }: OutsideNetwork = INTERNET): PublicFetch {
  return async (address, { maxBytes, timeoutMs }) => {
    const url = new URL(address)
    const host = url.hostname.replace(/^\[|\]$/gu, '')
    if (url.protocol !== 'https:' || !isName(host)) return fail({ reason: 'address-not-public', cause: null })
    const signal = AbortSignal.timeout(timeoutMs)
    // The socket looks the name up itself and connects to what the look-up gave: nothing is resolved a second time.
    const lookupPublic = publicOnly(lookup)
    const open = () =>
      connect({
        host,
        port: Number(url.port || 443),
        servername: host,
        lookup: lookupPublic,
        ALPNProtocols: ['http/1.1'],
      })
    try {
      const response = await send(url, open, signal)
      const body = await readAll(response, maxBytes)
      if (body === null) return fail({ reason: 'too-large', cause: null })
      return ok({ status: response.statusCode ?? 0, headers: headersOf(response), body })
    } catch (cause) {
      return fail({ reason: reasonOf(cause, signal), cause })
    }
  }
}

/** A name in the sense of DNS. An IP address is none: connecting to one looks nothing up, so nothing would be checked. */
const isName = (host: string): boolean => !host.includes(':') && !/^[\d.]*$/u.test(host)

class NotPublicError extends Error {}

/** A look-up that fails when any of the addresses is not public: one that is both has something to hide. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : []
      if (error !== null) return done(error, [])
      if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new NotPublicError('the name does not lead to the public internet'), [])
      }
      const [first] = addresses
      return options.all === true ? done(null, addresses) : done(null, first?.address ?? '', first?.family)
    })
  }
}

function send(url: URL, open: () => TLSSocket, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url,
      { createConnection: open, headers: { accept: 'application/json' }, maxHeaderSize: 16_384, signal },
      resolve,
    )
    request.once('error', reject)
    request.end()
  })
}

/** The whole body, or null when it is longer; no more is read than that. */
async function readAll(response: IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop closes the connection.
  for await (const chunk of response) {
    size += chunk.byteLength
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  return headers
}

function reasonOf(cause: unknown, signal: AbortSignal): PublicFetchFailure['reason'] {
  if (cause instanceof NotPublicError) return 'address-not-public'
  return signal.aborted ? 'timed-out' : 'unreachable'
}
