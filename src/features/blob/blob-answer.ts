import type { SqlValue } from '../../database/values.ts'
import { attachment } from '../../http/attachment.ts'
import type { AppContext } from '../../routing/context.ts'

/**
 * Sends one value as a file to be saved. It may be anything that somebody uploaded, so no browser is to look into it
 * and find a page of this site (host.md §9.8). `name` is without its ending.
 */
export function blobAnswer(
  c: AppContext,
  value: SqlValue,
  name: string,
  headers: Readonly<Record<string, string>>,
): Response {
  return c.body(bytesOf(value), 200, {
    ...headers,
    'content-type': 'application/binary',
    'content-disposition': attachment(`${name}.blob`),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
}

/** Columns for bytes may hold other values too: text as UTF-8, a number as its digits, nothing for NULL. */
function bytesOf(value: SqlValue): Uint8Array<ArrayBuffer> {
  return value instanceof Uint8Array ? Uint8Array.from(value) : Buffer.from(String(value ?? ''))
}
