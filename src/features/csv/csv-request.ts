import type { Settings } from '../../config/settings.ts'
import { HttpError } from '../../http/http-error.ts'

/** What the parameters of an address say about CSV (host.md §9.11). */
export type CsvRequest = {
  /** `_stream`: all rows, not only those of a page. */
  readonly isStream: boolean
  /** `_dl`: to be saved. */
  readonly isDownload: boolean
  /** Off with `_header=off`. */
  readonly hasHeader: boolean
}

/** Reads them; a 400 for a stream where none is allowed, or that is to begin in the middle. */
export function requireCsvRequest(query: URLSearchParams, settings: Settings): CsvRequest {
  const isStream = isOn(query, '_stream')
  if (isStream && !settings.allow_csv_stream) throw new HttpError(400, 'CSV streaming is disabled')
  if (isStream && query.get('_next')) throw new HttpError(400, '_next not allowed for CSV streaming')
  return { isStream, isDownload: isOn(query, '_dl'), hasHeader: query.get('_header') !== 'off' }
}

/** Any value switches these on, as in Datasette: to take `_stream=yes` for no would leave rows out. */
function isOn(query: URLSearchParams, name: string): boolean {
  return !['', 'off', 'false', '0'].includes((query.get(name) ?? '').toLowerCase())
}

/** The parameters that mean something to CSV alone. */
export const CSV_PARAMETERS: readonly string[] = ['_stream', '_dl', '_header']
