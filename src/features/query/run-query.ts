import type { Database, QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import type { Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import { PAGE_ROWS, pageRows } from '../cells/page-rows.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowsFor, rowsRefusal, type Arrangement } from '../json/shape.ts'
import { visitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import { isSwitchedOn } from '../switches.ts'
import { queryErrorJson, queryJson, requireQueryShape } from './json.ts'
import type { QueryOutcome } from './outcome.tsx'
import type { AskedQuery } from './query.ts'

/** What every answer to a query is made from. */
export type QueryView = {
  readonly database: Database
  readonly asked: AskedQuery
  /** The parameters of the address. */
  readonly query: URLSearchParams
  /** Headers of the rows; what is refused gets those of `dataHeaders`. */
  readonly headers: Readonly<Record<string, string>>
}

/** Runs a statement and sends its rows as JSON, in the shape that the address asks for (host.md §9.8). */
export async function answerQueryJson(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  asked: AskedQuery,
  query: URLSearchParams,
): Promise<Response> {
  const shape = requireQueryShape(query)
  const arrangement: Arrangement = { shape, lines: isSwitchedOn(query, '_nl') }
  const headers = dataHeaders(c)

  const answer = await runQuery(deps, c, { database, asked }, rowsFor(arrangement))
  if (answer.ok) {
    const rows = { ...arrangement, shape, answer: answer.value, maxRows: deps.settings.max_returned_rows }
    return queryJson(c, rows, headers)
  }
  const refusal = rowsRefusal(answer.error, arrangement)
  if (refusal.status === 400) return queryErrorJson(c, refusal.message, headers)
  throw refusal
}

/** Runs a statement for a page. `jsonPath` is where the page finds the same rows as JSON. */
export async function queryOutcome(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  asked: AskedQuery,
  jsonPath: string,
): Promise<QueryOutcome> {
  const answer = await runQuery(deps, c, { database, asked }, PAGE_ROWS)
  if (answer.ok) {
    const jsonUrl = deps.urls.origin(c.req.raw) + jsonPath
    return { kind: 'rows', columns: answer.value.columns, ...pageRows(answer.value), jsonPath, jsonUrl }
  }
  const refusal = queryRefusal(answer.error)
  if (refusal.status !== 400) throw refusal
  return { kind: 'refused', message: refusal.message }
}

/** Runs a statement for a visitor, for as many rows as one answer has. */
export function runQuery(
  deps: FeatureDeps,
  c: AppContext,
  { database, asked }: Pick<QueryView, 'database' | 'asked'>,
  rows: Pick<ReadQuery, 'shape' | 'maxBytes'>,
): Promise<Result<QueryAnswer, QueryFailure>> {
  const maxRows = deps.settings.max_returned_rows
  return database.query({ ...asked, ...rows, ...visitorLimits(deps, c), maxRows, withLastRow: false })
}
