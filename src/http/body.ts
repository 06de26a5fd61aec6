import { HttpError } from './http-error.ts'
import type { JsonValue } from './json.ts'

/**
 * Reads a request's body as text. `maxBytes` is the `max_post_body_bytes` setting, where 0 means no limit.
 *
 * Throws a 413 as soon as the limit is passed, before the rest has arrived, and a 400 for what is not UTF-8.
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new HttpError(400, 'Request body is not valid UTF-8', { cause })
  }
}

/** Reads a body as JSON, or throws a 400 that says where the text goes wrong (host.md §10), or what `readText` throws. */
export async function readJson(request: Request, maxBytes: number): Promise<JsonValue> {
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
export async function readForm(request: Request, maxBytes: number): Promise<URLSearchParams> {
  const text = await readText(request, maxBytes)
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  return new URLSearchParams(mediaType === 'application/x-www-form-urlencoded' ? text : '')
}

/**
 * Reads a body as the fields and files of a form, `multipart/form-data` (RFC 7578) or urlencoded. Throws what `readText`
 * throws, and a 400 for what is no form.
 */
export async function readFormData(request: Request, maxBytes: number): Promise<FormData> {
  const bytes = await readBytes(request, maxBytes)
  const type = request.headers.get('content-type') ?? ''
  try {
    return await new Response(Uint8Array.from(bytes), { headers: { 'content-type': type } }).formData()
  } catch (cause) {
    throw new HttpError(400, 'The form cannot be read', { cause })
  }
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const limit = maxBytes === 0 ? Number.POSITIVE_INFINITY : maxBytes
  const tooLarge = () => new HttpError(413, `Request body exceeded maximum size of ${maxBytes} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()

  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream, so nothing more is read from the client.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
