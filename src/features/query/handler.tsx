import type { Database, QueryAnswer, QueryFailure, ReadQuery } from '../../database/database.ts'
import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { HttpError } from '../../http/http-error.ts'
import { fail, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { PAGE_ROWS, pageRows } from '../cells/page-rows.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowsFor, rowsRefusal, type Arrangement } from '../json/shape.ts'
import { visitorLimits } from '../limits.ts'
import { queryPath, queryString } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { isSwitchedOn } from '../switches.ts'
import { queryErrorJson, queryJson, requireQueryShape } from './json.ts'
import { QueryPage, type QueryOutcome } from './page.tsx'
import { askedQuery, type AskedQuery } from './query.ts'

/** `GET /:database/-/query{.json}`: runs one read-only statement of the reader's own (host.md §9.8). */
export const queryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const query = new URL(c.req.url).searchParams
    const asked = askedQuery(query.get('sql') ?? '', query)
    return params['format'] === 'json'
      ? answerJson(deps, c, { database, query, asked })
      : answerPage(deps, c, { database, query, asked })
  }

type View = { readonly database: Database; readonly query: URLSearchParams; readonly asked: AskedQuery }

/** Why there are no rows: the statement is not allowed to run, or it ran and failed. */
type Refused = QueryFailure | { readonly reason: 'not-a-question'; readonly message: string }

async function run(
  deps: FeatureDeps,
  c: AppContext,
  { database, asked }: View,
  rows: Pick<ReadQuery, 'shape' | 'maxBytes'>,
): Promise<Result<QueryAnswer, Refused>> {
  const allowed = checkReadOnlySql(asked.sql)
  if (!allowed.ok) return fail({ reason: 'not-a-question', message: allowed.error })
  const maxRows = deps.settings.max_returned_rows
  return database.query({ ...asked, ...rows, ...visitorLimits(deps, c), maxRows })
}

async function answerJson(deps: FeatureDeps, c: AppContext, view: View): Promise<Response> {
  if (isBlank(view.asked.sql)) throw new HttpError(400, '?sql= is required')
  const shape = requireQueryShape(view.query)
  const arrangement: Arrangement = { shape, lines: isSwitchedOn(view.query, '_nl') }
  const headers = dataHeaders(c)

  const answer = await run(deps, c, view, rowsFor(arrangement))
  if (answer.ok) {
    const rows = { ...arrangement, shape, answer: answer.value, maxRows: deps.settings.max_returned_rows }
    return queryJson(c, rows, headers)
  }
  if (answer.error.reason === 'not-a-question') throw new HttpError(400, answer.error.message)
  const refusal = rowsRefusal(answer.error, arrangement)
  if (refusal.status === 400) return queryErrorJson(c, refusal.message, headers)
  throw refusal
}

async function answerPage(deps: FeatureDeps, c: AppContext, view: View): Promise<Response> {
  const { urls, settings } = deps
  const { database, asked } = view
  const action = urls.path(queryPath(database.name))
  const jsonPath = `${action}.json${queryString(view.query)}`
  const outcome = await outcomeOf(deps, c, view, jsonPath)
  const alternate = `${urls.origin(c.req.raw)}${jsonPath}`

  return deps.page(c, {
    title: `${database.name}: SQL query`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name),
    status: outcome.kind === 'refused' ? 400 : 200,
    headers: {
      ...dataHeaders(c),
      ...alternateLink(alternate),
    },
    body: (
      <QueryPage action={action} {...asked} outcome={outcome} maxCharacters={settings.truncate_cells_html} />
    ),
  })
}

async function outcomeOf(
  deps: FeatureDeps,
  c: AppContext,
  view: View,
  jsonPath: string,
): Promise<QueryOutcome> {
  if (isBlank(view.asked.sql)) return { kind: 'none' }
  const answer = await run(deps, c, view, PAGE_ROWS)
  if (answer.ok) return { kind: 'rows', columns: answer.value.columns, ...pageRows(answer.value), jsonPath }
  if (answer.error.reason === 'not-a-question') return { kind: 'refused', message: answer.error.message }
  const refusal = queryRefusal(answer.error)
  if (refusal.status !== 400) throw refusal
  return { kind: 'refused', message: refusal.message }
}

function isBlank(sql: string): boolean {
  return sql.trim() === ''
}
