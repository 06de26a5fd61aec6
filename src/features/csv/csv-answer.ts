import type { Settings } from '../../config/settings.ts'
import { attachment } from '../../http/attachment.ts'
import type { AppContext } from '../../routing/context.ts'
import { csvLine } from './csv-line.ts'
import type { CsvRequest } from './csv-request.ts'
import { csvStream, type CsvPage } from './csv-stream.ts'

/** Rows that are ready to be sent as CSV. */
export type CsvAnswer = {
  readonly request: CsvRequest
  /** What the file is called when it is saved, without its ending. */
  readonly name: string
  readonly header: readonly string[]
  readonly first: CsvPage
  /** Ends the query that runs for a client that has gone. */
  readonly stop?: () => void
}

/** Sends them. Without `_dl` it is text that a browser shows (host.md §8.6). */
export function csvAnswer(
  c: AppContext,
  settings: Settings,
  { request, name, header, first, stop = () => {} }: CsvAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const page = request.hasHeader ? withHeader(csvLine(header), first) : first
  const kind = request.isDownload
    ? { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': attachment(`${name}.csv`) }
    : { 'content-type': 'text/plain; charset=utf-8' }
  return c.body(csvStream(page, settings.max_csv_mb * 1024 * 1024, stop), 200, {
    ...headers,
    ...kind,
    'x-content-type-options': 'nosniff',
  })
}

function withHeader(header: string, { lines, next }: CsvPage): CsvPage {
  const all = function* all() {
    yield header
    yield* lines
  }
  return { lines: all(), next }
}
