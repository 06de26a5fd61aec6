import type { QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import { PAGE_ROWS, pageRows } from '../cells/page-rows.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { askedStyle } from '../json/row-style.ts'
import { rowsFor, rowsRefusal, type Arrangement } from '../json/shape.ts'
import { visitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import { isSwitchedOn } from '../switches.ts'
import { queryExtras, requireQueryExtras, type QueryFacts } from './extras.ts'
import { queryErrorJson, queryJson, requireQueryShape } from './json.ts'
import type { QueryOutcome } from './outcome.tsx'

/** What every answer to a query is made from. */
export type QueryView = QueryFacts & {
  /** The parameters of the address. */
  readonly query: URLSearchParams
  /** Headers of the rows; what is refused gets those of `dataHeaders`. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether it changes data. Looking at it then runs nothing. */
  readonly isWrite: boolean
}

/** What is found where nothing is run. */
const NO_ROWS: QueryAnswer = { columns: [], rows: Buffer.from('[]'), truncated: false, lastRow: null }

/**
 * Sends the rows of a query as JSON, in the shape and with the extras that the address asks for (host.md §9.8). What is
 * asked for is judged before anything runs.
 */
export async function answerQueryJson(deps: FeatureDeps, c: AppContext, view: QueryView): Promise<Response> {
  const shape = requireQueryShape(view.query)
  const extras = requireQueryExtras(view.query)
  const arrangement: Arrangement = { shape, lines: isSwitchedOn(view.query, '_nl') }

  const answer = await runQuery(deps, c, view, { ...rowsFor(arrangement), ...askedStyle(view.query) })
  if (answer.ok) {
    const rows = {
      ...arrangement,
      shape,
      answer: answer.value,
      maxRows: deps.settings.max_returned_rows,
      extras: queryExtras(deps, c, view, answer.value, extras),
    }
    return queryJson(c, rows, view.headers)
  }
  const refusal = rowsRefusal(answer.error, arrangement)
  if (refusal.status === 400) return queryErrorJson(c, refusal.message, dataHeaders(c))
  throw refusal
}

/** Runs a statement for a page. */
export async function queryOutcome(deps: FeatureDeps, c: AppContext, view: QueryView): Promise<QueryOutcome> {
  if (view.isWrite) return { kind: 'writes' }
  const answer = await runQuery(deps, c, view, PAGE_ROWS)
  if (answer.ok) return { kind: 'rows', columns: answer.value.columns, ...pageRows(answer.value) }
  const refusal = queryRefusal(answer.error)
  if (refusal.status !== 400) throw refusal
  return { kind: 'refused', message: refusal.message }
}

/** Runs a statement for a visitor, for as many rows as one answer has. One that writes is not run, and finds nothing. */
export async function runQuery(
  deps: FeatureDeps,
  c: AppContext,
  { database, asked, isWrite }: Pick<QueryView, 'database' | 'asked' | 'isWrite'>,
  rows: Pick<ReadQuery, 'shape' | 'maxBytes' | 'style'>,
): Promise<Result<QueryAnswer, QueryFailure>> {
  const { sql, params, magic } = asked
  if (isWrite) return ok(NO_ROWS)
  if (!magic.ok) return fail({ reason: 'sql', message: magic.error })
  const maxRows = deps.settings.max_returned_rows
  return database.query({
    sql,
    params: { ...params, ...magic.value },
    ...rows,
    ...visitorLimits(deps, c),
    maxRows,
    withLastRow: false,
  })
}
