import { parseRows } from '../../database/cells.ts'
import type { Database, QueryAnswer } from '../../database/database.ts'
import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { HttpError } from '../../http/http-error.ts'
import { fail, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowsAs } from '../json/shape.ts'
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
type Refused = { readonly reason: 'not-a-question' | 'failed'; readonly error: HttpError }

async function run(
  { settings }: FeatureDeps,
  c: AppContext,
  { database, asked }: View,
  shape: 'objects' | 'arrays',
): Promise<Result<QueryAnswer, Refused>> {
  const allowed = checkReadOnlySql(asked.sql)
  if (!allowed.ok) return fail({ reason: 'not-a-question', error: new HttpError(400, allowed.error) })

  const answer = await database.query({
    ...asked,
    shape,
    maxRows: settings.max_returned_rows,
    timeLimitMs: settings.sql_time_limit_ms,
    signal: c.req.raw.signal,
  })
  return answer.ok ? answer : fail({ reason: 'failed', error: queryRefusal(answer.error) })
}

async function answerJson(deps: FeatureDeps, c: AppContext, view: View): Promise<Response> {
  if (isBlank(view.asked.sql)) throw new HttpError(400, '?sql= is required')
  const shape = requireQueryShape(view.query)
  const headers = dataHeaders(c)

  const answer = await run(deps, c, view, rowsAs(shape))
  if (answer.ok) return queryJson(c, answer.value, { shape, lines: isSwitchedOn(view.query, '_nl') }, headers)
  const { reason, error } = answer.error
  if (reason === 'failed' && error.status === 400) return queryErrorJson(c, error.message, headers)
  throw error
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
      Link: `<${alternate}>; rel="alternate"; type="application/json+datasette"`,
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
  const answer = await run(deps, c, view, 'arrays')
  if (answer.ok) {
    const { columns, rows, truncated } = answer.value
    return { kind: 'rows', columns, rows: parseRows(rows), truncated, jsonPath }
  }
  const { error } = answer.error
  if (error.status !== 400) throw error
  return { kind: 'refused', message: error.message }
}

function isBlank(sql: string): boolean {
  return sql.trim() === ''
}
