import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { blobBytes, queryBlobPath } from '../blob/blob-address.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { eachRow } from '../json/shape.ts'
import { queryPath, storedQueryPath } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { requireQuery } from '../query/query-request.ts'
import { runQuery, type QueryView } from '../query/run-query.ts'
import { requireStoredQuery } from '../query/stored-request.ts'
import { csvAnswer } from './csv-answer.ts'
import { csvFields, type BlobField } from './csv-field.ts'
import { csvLine } from './csv-line.ts'
import { CSV_PARAMETERS, requireCsvRequest } from './csv-request.ts'

/** `GET /:database/-/query.csv`: the rows of a statement of the reader's own (host.md §9.8, §9.11). */
export const queryCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireQuery(deps, c, params)
    const { name } = view.database
    return answer(deps, c, view, { path: queryPath(name), name })
  }

/** `GET /:database/:query.csv`: the rows of a stored query (host.md §9.9, §9.11). */
export const storedQueryCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireStoredQuery(deps, c, params)
    const { name } = view.stored
    return answer(deps, c, view, { path: storedQueryPath(view.database.name, name), name })
  }

/** Where a query stands, without a format, and what its file is called. */
type Place = { readonly path: string; readonly name: string }

/** Queries have no order by which they could be read in pages: there are as many rows as their JSON has. */
async function answer(deps: FeatureDeps, c: AppContext, view: QueryView, place: Place): Promise<Response> {
  const { settings, urls } = deps
  const request = requireCsvRequest(view.query, settings)
  const found = await runQuery(deps, c, view, { shape: 'arrays' })
  if (!found.ok) throw queryRefusal(found.error)

  const { columns, rows } = found.value
  const blobField: BlobField = (column, blob) => {
    const bytes = blobBytes(blob)
    return urls.absolute(c.req.raw, queryBlobPath(place.path, view.query, CSV_PARAMETERS, { column, bytes }))
  }
  const lines = function* lines() {
    for (const row of eachRow(rows)) yield csvLine(csvFields(columns, splitJsonArray(row), blobField))
  }
  const first = { lines: lines(), next: null }
  return csvAnswer(c, settings, { request, name: place.name, header: columns, first }, view.headers)
}
