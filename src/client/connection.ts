import { readAtMost, type Fetch } from '../http/bounded-fetch.ts'
import { fail, ok, type Result } from '../result.ts'
import { failure, type ClientFailure } from './failure.ts'
import type { ServerUrl } from './server-url.ts'

/** What came back, read whole. */
export type Answer = {
  readonly status: number
  /** What was asked for, below the server's address. */
  readonly path: string
  /** Whether no token was sent. */
  readonly isAnonymous: boolean
  readonly headers: Headers
  readonly bytes: Uint8Array
  /** The same as text. */
  readonly text: string
}

/** What a client says to one server, with a token or without. */
export interface Connection {
  readonly server: ServerUrl
  /** `path` begins with a slash and is below the server's address. The failure is about the way there; every status is an answer. */
  send(path: string, request?: ConnectionRequest): Promise<Result<Answer, ClientFailure>>
}

export type ConnectionRequest = {
  readonly method?: 'GET' | 'POST'
  /** Sent as JSON. */
  readonly json?: string
  /** Sent as it comes. A redirect is not followed then. */
  readonly upload?: UploadBody
  readonly headers?: Readonly<Record<string, string>>
  /** Stops it; the failure is then about a lost connection. */
  readonly signal?: AbortSignal
}

/** A long body. */
export type UploadBody = { readonly contentType: string; readonly chunks: AsyncIterable<Uint8Array> }

export type ConnectionOptions = {
  readonly server: ServerUrl
  readonly token: string | null
  readonly fetch: Fetch
  readonly userAgent: string
}

/** Longest time for one request, in milliseconds. */
const TIMEOUT_MS = 60_000

/** Longest time for a long body and its answer, in milliseconds. */
const UPLOAD_TIMEOUT_MS = 60 * 60_000

/** Most bytes of one answer. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024

const MAX_REDIRECTS = 5

/** Makes the connection of one command. The token goes to this server and nowhere else: a redirect to another origin is not followed. */
export function createConnection({ server, token, fetch, userAgent }: ConnectionOptions): Connection {
  const headers = {
    accept: 'application/json',
    'user-agent': userAgent,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }

  const send: Connection['send'] = async (path, request = {}) => {
    const { json, method = 'GET', signal, upload } = request
    const limit = AbortSignal.timeout(upload === undefined ? TIMEOUT_MS : UPLOAD_TIMEOUT_MS)
    const content = upload?.contentType ?? (json === undefined ? null : 'application/json')
    let address = server.href + path
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const sent = await sendOnce(fetch, address, {
        method,
        headers: { ...headers, ...request.headers, ...(content !== null && { 'content-type': content }) },
        ...(json !== undefined && { body: json }),
        ...(upload !== undefined && { body: ReadableStream.from(upload.chunks), duplex: 'half' }),
        redirect: 'manual',
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      })
      if (!sent.ok) return sent
      const location = sent.value.headers.get('location')
      if (sent.value.status < 300 || sent.value.status >= 400 || location === null) return sent
      const next = URL.canParse(location, address) ? new URL(location, address) : null
      if (next?.origin !== server.origin || method !== 'GET') {
        const where = next === null ? 'nowhere' : next.origin
        return fail(
          failure(
            'unexpected_answer',
            `${server.href} redirects to ${where}. Nothing was sent there. If that is where the server is now, log in to it.`,
          ),
        )
      }
      address = next.href
    }
    return fail(failure('unexpected_answer', `${server.href} redirects in a circle.`))
  }
  return { server, send }
}

/** One request within the limits of time and size. */
async function sendOnce(
  fetch: Fetch,
  address: string,
  init: RequestInit,
): Promise<Result<Answer, ClientFailure>> {
  try {
    const response = await fetch(address, init)
    const bytes = await readAtMost(response, MAX_ANSWER_BYTES)
    if (bytes === null)
      return fail(failure('unexpected_answer', `The answer of ${new URL(address).origin} is too long.`))
    const text = new TextDecoder().decode(bytes)
    const isAnonymous = !new Headers(init.headers).has('authorization')
    const path = new URL(address).pathname
    return ok({ status: response.status, path, isAnonymous, headers: response.headers, bytes, text })
  } catch (error) {
    return fail(unreachable(address, error))
  }
}

/** Why a request did not get there, or no answer came back, in words. Throws what is no matter of the network. */
export function unreachable(address: string, error: unknown): ClientFailure {
  if (!(error instanceof Error)) throw error
  const { origin, hostname, protocol } = new URL(address)
  if (error.name === 'TimeoutError') {
    return failure('connection_lost', `${origin} did not answer in time. Try again later.`)
  }
  const code = codeOf(error)
  switch (code) {
    case 'ECONNREFUSED':
      return failure(
        'unreachable',
        `Nothing listens at ${origin}. Nothing was sent. Is the server running, and the port right?`,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure(
        'unreachable',
        `${hostname} cannot be found. Nothing was sent. Is the name right, and the network there?`,
      )
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return failure('unreachable', `There is no way to ${origin} (${code}). Nothing was sent.`)
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return failure(
        'unreachable',
        `${origin} does not speak https. Nothing was sent. Is it http://, or another port?`,
      )
    case null:
      return failure('connection_lost', `${origin} cannot be reached: ${reasonOf(error)}.`)
    default:
      if (protocol === 'https:' && /CERT|SIGNATURE|TLS|SSL/u.test(code)) {
        return failure(
          'unreachable',
          `${origin} cannot prove who it is (${code}), so nothing was sent to it.`,
        )
      }
      return failure('connection_lost', `The connection to ${origin} broke (${code}).`)
  }
}

/** The system's code behind an error, however deep: `fetch` wraps it, and one name can have several addresses. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return error.errors.map(codeOf).find((code) => code !== null) ?? null
  return codeOf(error.cause)
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}
