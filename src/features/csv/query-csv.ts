import type { Database } from '../../database/database.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { blobBytes, queryBlobPath } from '../blob/blob-address.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { eachRow } from '../json/shape.ts'
import { queryPath, storedQueryPath } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { requireQuery } from '../query/handler.tsx'
import type { AskedQuery } from '../query/query.ts'
import { runQuery } from '../query/run-query.ts'
import { requireStoredQuery } from '../query/stored-handler.tsx'
import { csvAnswer } from './csv-answer.ts'
import { csvFields, type BlobField } from './csv-field.ts'
import { csvLine } from './csv-line.ts'
import { CSV_PARAMETERS, requireCsvRequest } from './csv-request.ts'

/** `GET /:database/-/query.csv`: the rows of a statement of the reader's own (host.md §9.8, §9.11). */
export const queryCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, query, asked } = requireQuery(deps, c, params)
    return answer(deps, c, { database, query, asked, path: queryPath(database.name), name: database.name })
  }

/** `GET /:database/:query.csv`: the rows of a stored query (host.md §9.9, §9.11). */
export const storedQueryCsvHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, query, asked, stored } = requireStoredQuery(deps, c, params)
    const path = storedQueryPath(database.name, stored.name)
    return answer(deps, c, { database, query, asked, path, name: stored.name })
  }

type View = {
  readonly database: Database
  readonly query: URLSearchParams
  readonly asked: AskedQuery
  /** The query's own path, without a format. */
  readonly path: string
  readonly name: string
}

/** Queries have no order by which they could be read in pages: there are as many rows as their JSON has. */
async function answer(deps: FeatureDeps, c: AppContext, view: View): Promise<Response> {
  const { database, query, asked, path, name } = view
  const request = requireCsvRequest(query, deps.settings)
  const found = await runQuery(deps, c, database, asked, { shape: 'arrays' })
  if (!found.ok) throw queryRefusal(found.error)

  const { columns, rows } = found.value
  const blobField: BlobField = (column, blob) => {
    const bytes = blobBytes(blob)
    return deps.urls.absolute(c.req.raw, queryBlobPath(path, query, CSV_PARAMETERS, { column, bytes }))
  }
  const lines = function* lines() {
    for (const row of eachRow(rows)) yield csvLine(csvFields(columns, splitJsonArray(row), blobField))
  }
  const first = { lines: lines(), next: null }
  return csvAnswer(c, deps.settings, { request, name, header: columns, first }, dataHeaders(c))
}
