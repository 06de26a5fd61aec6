import { createHash } from 'node:crypto'
import { parseRows } from '../../database/cells.ts'
import { cellText } from '../cells/cell-text.ts'
import { changedParameters, queryString } from '../links.ts'

/** Which column's bytes are meant, and in the rows of a query which bytes: their SHA-256 in hex (host.md §9.8). */
export const BLOB_COLUMN = '_blob_column'
export const BLOB_HASH = '_blob_hash'

/** What the path of a row has to end with, to be that of the bytes in one of its columns. */
export function blobSuffix(column: string): string {
  return `.blob${queryString([[BLOB_COLUMN, column]])}`
}

/**
 * The path of bytes that a query found, without the base URL. `path` is that of the query without a format, `query` the
 * parameters that it was asked with; `removed` are those that mean nothing here.
 */
export function queryBlobPath(
  path: string,
  query: URLSearchParams,
  removed: readonly string[],
  { column, bytes }: { readonly column: string; readonly bytes: Uint8Array },
): string {
  const added = [
    [BLOB_COLUMN, column],
    [BLOB_HASH, blobHash(bytes)],
  ] as const
  return `${path}.blob${queryString(changedParameters(query, [...removed, BLOB_COLUMN, BLOB_HASH], added))}`
}

export function blobHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Bytes from their JSON in a row. */
export function blobBytes(json: string): Uint8Array {
  const cell = parseRows(Buffer.from(`[[${json}]]`))[0]?.[0] ?? null
  if (cell === null || typeof cell === 'string' || !('blob' in cell)) throw new TypeError('not bytes')
  return cell.blob
}

/** What stands for bytes that have no address: how many there are. */
export function blobText(json: string): string {
  return cellText({ blob: blobBytes(json) })
}
