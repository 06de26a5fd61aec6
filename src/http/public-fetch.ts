/**
 * Fetches an address that a stranger named. What it leads to is nobody's promise, so: only https, only the public
 * internet, no redirect, no cookie or name of ours, and only so much time and size.
 */
import { Resolver } from 'node:dns/promises'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { callbackify } from 'node:util'
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

/** The outside network: the addresses of a name (rejects when there are none), and how connections are made to what the look-up in their options gives. */
export type OutsideNetwork = {
  readonly resolve: (hostname: string) => Promise<readonly string[]>
  readonly connect: (options: ConnectionOptions) => TLSSocket
}

const INTERNET: OutsideNetwork = { resolve: resolveByServers, connect: connectTls }

/** Makes the fetcher. Its network is the internet, unless a test gives it another. */
export function createPublicFetch({ connect, resolve }: OutsideNetwork = INTERNET): PublicFetch {
  return async (address, { maxBytes, timeoutMs }) => {
    const url = new URL(address)
    const host = url.hostname.replace(/^\[|\]$/gu, '')
    if (url.protocol !== 'https:' || !isName(host)) return fail({ reason: 'address-not-public', cause: null })
    const signal = AbortSignal.timeout(timeoutMs)
    // The socket looks the name up itself and connects to what the look-up gave: nothing is resolved a second time.
    const lookupPublic = publicOnly(resolve)
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
function publicOnly(resolve: OutsideNetwork['resolve']): LookupFunction {
  const find = callbackify(async (hostname: string) => {
    const addresses = await resolve(hostname)
    if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
      throw new NotPublicError('the name does not lead to the public internet')
    }
    return addresses.map((address) => ({ address, family: isIP(address) }))
  })
  return (hostname, options, done) =>
    find(hostname, (error, found) => {
      if (error !== null) return done(error, [])
      const [first] = found
      return options.all === true ? done(null, found) : done(null, first?.address ?? '', first?.family)
    })
}

/**
 * Asks the name servers and nothing else: neither the files of this computer, where names of its own stand, nor the threads
 * that Node shares among files and look-ups, which names that are never answered would fill.
 */
async function resolveByServers(hostname: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  if (ipv4.status === 'rejected' && ipv6.status === 'rejected') throw ipv4.reason
  return [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
}

function send(url: URL, open: () => TLSSocket, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url,
      { createConnection: open, headers: { accept: 'application/json' }, maxHeaderSize: 16_384, signal },
      resolve,
    )
    request.once('error', reject)
    // Neither error nor answer comes of one that changes to another protocol (101).
    request.once('close', () => reject(new Error('the connection was closed without an answer')))
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
