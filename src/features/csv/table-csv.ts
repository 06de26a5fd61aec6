import type { QueryFailure, ReadQuery } from '../../database/database.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { cachedDataHeaders, nextLink } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryRefusal } from '../query-refusal.ts'
import { readRows, type TableRows } from '../table/read-rows.ts'
import { requireStartAt } from '../table/request.ts'
import { requireTableRequest, type TableRequest } from '../table/table-request.ts'
import { csvAnswer } from './csv-answer.ts'
import { requireCsvRequest } from './csv-request.ts'
import type { CsvPage } from './csv-stream.ts'
import { tableLines, type TableLines } from './table-lines.ts'

/**
 * `GET /:database/:table.csv`: the rows that the JSON of the same address has, or with `_stream` all that meet its
 * conditions (host.md §9.11).
 */
export const tableCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { settings, urls } = deps
    const gone = new AbortController()
    const request = untilGone(requireTableRequest(deps, c, params, 'csv'), gone.signal)
    const csv = requireCsvRequest(request.query, settings)
    const lines = tableLines(deps, c, request)

    const read = csv.isStream ? largePages() : onePage
    const rows = await read(request)
    if (!rows.ok) throw queryRefusal(rows.error)
    const { answer, next } = rows.value
    const isPage = !csv.isStream && next !== null
    const first = csv.isStream
      ? await streamPage(request, lines, read, rows.value)
      : { lines: await lines.of(answer.rows), next: null }
    return csvAnswer(
      c,
      settings,
      { request: csv, name: request.table.name, header: lines.header, first, stop: () => gone.abort() },
      {
        ...cachedDataHeaders(c, settings),
        ...(isPage ? nextLink(urls.absolute(c.req.raw, next.path)) : {}),
      },
    )
  }

type ReadPage = (request: TableRequest) => Promise<Result<TableRows, QueryFailure>>

const ARRAYS = { shape: 'arrays' } as const satisfies Partial<ReadQuery>

const onePage: ReadPage = (request) => readRows(request, request.size, ARRAYS)

/**
 * How many rows of a stream are read at once. Where no index helps, every page costs a look at the whole table, so
 * there should be few; but a page is held until the client has taken it.
 */
const STREAM_ROWS = 10_000

const STREAM_FORM = { ...ARRAYS, maxBytes: 2 * 1024 * 1024 } as const

/** Rows of a page from where on the time was too short for more: as many as a person would ask for. */
const FEW_ROWS = 100

/** Reads the pages of a stream: fewer rows where there is no time for many, and one where it is larger than a page. */
function largePages(): ReadPage {
  let size = STREAM_ROWS
  return async (request) => {
    const rows = await readRows(request, size, STREAM_FORM)
    if (rows.ok || request.limits.signal.aborted) return rows
    if (rows.error.reason === 'too-large') return readRows(request, 1, ARRAYS)
    if (rows.error.reason !== 'interrupted') return rows
    size = FEW_ROWS
    return readRows(request, size, STREAM_FORM)
  }
}

async function streamPage(
  request: TableRequest,
  lines: TableLines,
  read: ReadPage,
  { answer, next }: TableRows,
): Promise<CsvPage> {
  const readNext = async (token: string): Promise<Result<CsvPage, QueryFailure>> => {
    const later = startingAt(request, token)
    const rows = await read(later)
    return rows.ok ? ok(await streamPage(later, lines, read, rows.value)) : fail(rows.error)
  }
  return { lines: await lines.of(answer.rows), next: next === null ? null : () => readNext(next.token) }
}

function startingAt(request: TableRequest, token: string): TableRequest {
  const start = requireStartAt(token, request.selection.order)
  return { ...request, selection: { ...request.selection, start } }
}

/** Queries of a stream end with the request, and when its body is not read any more. */
function untilGone(request: TableRequest, gone: AbortSignal): TableRequest {
  const { limits } = request
  return { ...request, limits: { ...limits, signal: AbortSignal.any([limits.signal, gone]) } }
}
