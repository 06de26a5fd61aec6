import { HttpError } from '../../http/http-error.ts'
import { BLOB_COLUMN } from './blob-address.ts'

/** The column whose bytes are asked for: one of these, else a 400 (host.md §9.8). */
export function requireBlobColumn(query: URLSearchParams, columns: readonly string[]): string {
  const column = query.get(BLOB_COLUMN)
  if (column === null) throw new HttpError(400, `?${BLOB_COLUMN}= is required`)
  if (!columns.includes(column)) throw new HttpError(400, `${column} is not a valid column`)
  return column
}

/** The refusal for bytes that are not where they were. */
export function expiredLink(): HttpError {
  return new HttpError(
    400,
    'Link has expired - the requested binary content has changed or could not be found.',
  )
}
