import { HttpError } from '../../../http/http-error.ts'

/** How the rows of a bulk body are written: a JSON object a line, or comma-separated values with a line of names. */
export type BulkFormat = 'json-lines' | 'csv'

const FORMATS: ReadonlyMap<string, BulkFormat> = new Map([
  ['application/x-ndjson', 'json-lines'],
  ['application/ndjson', 'json-lines'],
  ['application/jsonl', 'json-lines'],
  ['application/jsonlines', 'json-lines'],
  ['text/csv', 'csv'],
])

/** The format that a `Content-Type` says; null for one that is not of a bulk body, and for none. */
export function bulkFormatOf(headers: Headers): BulkFormat | null {
  return FORMATS.get(mediaType(headers.get('content-type'))) ?? null
}

/** Throws a 415 for text that is packed, or not in UTF-8, and where bulk bodies are switched off. */
export function requirePlainBody(headers: Headers, maxBulkBodyBytes: number): void {
  if (maxBulkBodyBytes === 0) {
    throw new HttpError(415, 'This server takes no JSON lines and no CSV. Send JSON.', {
      headers: { 'accept-post': 'application/json' },
    })
  }
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new HttpError(415, 'Packed bodies are not taken. Send the text as it is.', {
      headers: { 'accept-encoding': 'identity' },
    })
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/iu.exec(headers.get('content-type') ?? '')?.[1]
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/iu.test(charset)) {
    throw new HttpError(415, `Text must be in UTF-8, not in ${charset}`)
  }
}

const mediaType = (header: string | null): string => header?.split(';')[0]?.trim().toLowerCase() ?? ''
