import { GatheredBytes } from './gathered-bytes.ts'
import { BodyTooLarge, HttpError } from './http-error.ts'
import type { JsonValue } from './json.ts'

/** What brings a body: a request, or what stands in for one. */
export type BodySource = {
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array> | null
  /** The body as a whole, where it can be had without a stream. */
  arrayBuffer?(): Promise<ArrayBuffer>
}

/** What a body may cost. */
export type BodyLimits = {
  /** 0 for no limit. */
  readonly maxBytes: number
  /** How long it may take to arrive. */
  readonly timeoutMs: number
  /** Where it is given, what has arrived at this speed may take its time besides `timeoutMs`. */
  readonly bytesPerSecond?: number
}

/** How long the body of a request may take to arrive that is read whole. */
export const BODY_TIMEOUT_MS = 60_000

/** Most bytes of a body that is read at once. Each piece of it is kept until the last is there, and a client may send single bytes. */
const SHORT_BYTES = 8192

/**
 * Reads a request's body as text. `maxBytes` is the `max_post_body_bytes` setting, where 0 means no limit.
 *
 * Throws a 413 as soon as the limit is passed, before the rest has arrived, and a 400 for what is not UTF-8.
 */
export async function readText(request: BodySource, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HttpError(400, 'Request body is not valid UTF-8', { cause })
  }
}

/** Reads a body as JSON, or throws a 400 that says where the text goes wrong (host.md §10), or what `readText` throws. */
export async function readJson(request: BodySource, maxBytes: number): Promise<JsonValue> {
  const text = await readText(request, maxBytes)
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch (cause) {
    throw new HttpError(400, `Invalid JSON: ${cause instanceof Error ? cause.message : 'not JSON'}`, {
      cause,
    })
  }
}

/**
 * Reads a body as the fields of an `application/x-www-form-urlencoded` form. Any other kind of body has no
 * fields. Throws what `readText` throws.
 */
export async function readForm(request: BodySource, maxBytes: number): Promise<URLSearchParams> {
  const text = await readText(request, maxBytes)
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  return new URLSearchParams(mediaType === 'application/x-www-form-urlencoded' ? text : '')
}

/**
 * Reads a body as the fields and files of a form, `multipart/form-data` (RFC 7578) or urlencoded. Throws what `readText`
 * throws, and a 400 for what is no form.
 */
export async function readFormData(request: BodySource, maxBytes: number): Promise<FormData> {
  const bytes = await readBytes(request, maxBytes)
  const type = request.headers.get('content-type') ?? ''
  try {
    return await new Response(Uint8Array.from(bytes), { headers: { 'content-type': type } }).formData()
  } catch (cause) {
    throw new HttpError(400, 'The form cannot be read', { cause })
  }
}

async function readBytes(source: BodySource, maxBytes: number): Promise<Uint8Array> {
  const bytes = new GatheredBytes()
  const { headers } = source
  const bounded = boundedBody({ headers, body: pieces(source) }, { maxBytes, timeoutMs: BODY_TIMEOUT_MS })
  for await (const chunk of bounded) bytes.add(chunk)
  return bytes.take()
}

/** A short body comes in one piece: a stream costs more than all else that such a request needs. Servers hold clients to the length that they announce. */
function pieces(source: BodySource): BodySource['body'] {
  const announced = source.headers.get('content-length')
  const isShort = announced !== null && Number(announced) <= SHORT_BYTES
  return isShort ? inOnePiece(source) : source.body
}

async function* inOnePiece(source: BodySource): AsyncGenerator<Uint8Array> {
  const whole = await source.arrayBuffer?.()
  if (whole === undefined) yield* source.body ?? []
  else yield new Uint8Array(whole)
}

async function* unbroken(body: BodySource['body']): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? []
  } catch (cause) {
    throw new HttpError(400, 'The request body did not arrive whole', { cause })
  }
}

/** Passes a body on as it arrives: a 413 as soon as it is larger than it may be, and a 408 when it takes too long. */
export async function* boundedBody(
  { headers, body }: BodySource,
  { maxBytes, timeoutMs, bytesPerSecond = Number.POSITIVE_INFINITY }: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const limit = maxBytes === 0 ? Number.POSITIVE_INFINITY : maxBytes
  const tooLarge = () => new BodyTooLarge(maxBytes)
  if (Number(headers.get('content-length') ?? 0) > limit) throw tooLarge()

  const begun = performance.now()
  let size = 0
  // Leaving the loop early cancels the stream, so nothing more is read from the client.
  for await (const chunk of unbroken(body)) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    // A client that sends nothing at all is closed by the server.
    const deadline = begun + timeoutMs + (size / bytesPerSecond) * 1000
    if (performance.now() > deadline) throw new HttpError(408, 'The request body took too long to arrive')
    yield chunk
  }
}
