import type { Database } from '../../../database/database.ts'
import { formatCell } from '../../../database/row-json.ts'
import { HttpError } from '../../../http/http-error.ts'
import { databaseResource } from '../../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../../routing/context.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { completionPath } from '../../completion-path.ts'
import { crumbsTo } from '../../crumbs.ts'
import { dataHeaders } from '../../data-headers.ts'
import { requireDatabase } from '../../exists.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { sendsJson } from '../../json-requests.ts'
import { executedMessage, runSql, type RanSql } from '../../judged-sql.ts'
import { queryString, storeQueryPath, writeSqlPath } from '../../links.ts'
import { effectsOf } from '../../sql-rights.ts'
import { UNSTABLE } from '../../unstable.ts'
import { refusalJson } from '../../json/json-errors.ts'
import { analyzeFor, operationJson, toldOperations } from './sql-analysis.ts'
import { WriteSqlPage, type SqlOutcome } from './sql-page.tsx'
import {
  isAnother,
  parseSqlForm,
  readSqlForm,
  readSqlJson,
  type SqlForm,
  type SqlRequest,
} from './sql-request.ts'
import { requireMutable } from '../permitted/writable-table.ts'
import { trackDoubt } from '../permitted/track-doubt.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** Nothing of these pages is shown in a frame of another site (host.md §8.6). */
const UNFRAMED = { 'Content-Security-Policy': "frame-ancestors 'none'", 'X-Frame-Options': 'DENY' }

/** `GET /:database/-/execute-write`: a statement to write, and what it would do. */
export const writeSqlPageHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    requireMutable(database)
    const sql = parametersOf(c).get('sql') ?? ''
    return answerPage(deps, c, database, { sql, params: new Map() }, { kind: 'none' }, 200)
  }

/** `POST /:database/-/execute-write`: runs one statement with the rights of who sends it (host.md §10.8). */
export const writeSqlHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    if (sendsJson(c)) return answerJson(deps, c, database, () => requireSqlJson(c, deps))
    const form = await readSqlForm(c, deps)
    if (form.wantsJson) return answerJson(deps, c, database, () => requireForm(form))

    requireMutable(database)
    if (isAnother(form.checked, form.sql)) {
      return answerPage(deps, c, database, form, { kind: 'changed' }, 400)
    }
    try {
      const ran = await run(deps, c, database, requireForm(form))
      const { columns, rows, truncated } = ran
      return await answerPage(
        deps,
        c,
        database,
        form,
        { kind: 'ran', message: messageOf(ran), columns, rows, truncated },
        200,
      )
    } catch (error) {
      if (!(error instanceof HttpError)) throw error
      return answerPage(deps, c, database, form, { kind: 'refused', message: error.message }, error.status)
    }
  }

/** `GET /:database/-/execute-write/analyze?sql=`: what a statement would do. Always JSON. */
export const analyzeSqlHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    requireMutable(database)
    const query = parametersOf(c)
    const unknown = [...new Set(query.keys())].filter((name) => name !== 'sql').sort()
    if (unknown.length > 0) throw new HttpError(400, `Invalid keys: ${unknown.join(', ')}`)
    const sql = query.get('sql') ?? ''
    const analysis = await analyzeFor(deps, c.get('actor'), database, sql)
    const answer = jsonObject({
      ok: { value: analysis.error === null },
      parameters: { value: analysis.parameters },
      analysis_error: { value: analysis.error },
      analysis_rows: {
        value: analysis.judged.map((one) => ({
          ...operationJson(database.name, one),
          allowed: one.refusal === null,
        })),
      },
      execute_disabled: { value: sql.trim() === '' || analysis.refusal !== null || analysis.error !== null },
      unstable: { value: UNSTABLE },
    })
    return jsonAnswer(c, answer, { ...dataHeaders(c), ...UNFRAMED })
  }

async function answerJson(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  request: () => SqlRequest | Promise<SqlRequest>,
): Promise<Response> {
  try {
    requireMutable(database)
    const asked = await request()
    const ran = await run(deps, c, database, asked)
    const told = toldOperations(deps, { actor: c.get('actor'), database, sql: asked.sql }, ran.judged)
    const rows = ran.rows.map((row) => {
      const members = new Map(ran.columns.map((name, place) => [name, formatCell(row[place] ?? null)]))
      return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`
    })
    const answer = jsonObject({
      ok: { value: true },
      message: { value: messageOf(ran) },
      rowcount: { value: rowCount(ran) },
      rows: { json: `[${rows.join(',')}]` },
      truncated: { value: ran.truncated },
      analysis: { value: told.map((one) => operationJson(database.name, one)) },
    })
    return jsonAnswer(c, answer, { ...dataHeaders(c), ...UNFRAMED })
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    return refusalJson(c, error)
  }
}

async function run(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  { sql, params }: SqlRequest,
): Promise<RanSql> {
  const ran = await runSql(deps, { actor: c.get('actor'), database, sql }, params, c.req.raw.signal)
  const event = { name: 'execute-write', database: database.name, query: null } as const
  if (!ran.ok) {
    await trackDoubt(deps, c, ran.error, [{ ...event, effects: [], num_rows: null }])
    throw writeRefusal(ran.error)
  }
  const effects = effectsOf(ran.value.judged.map(({ operation }) => operation))
  const count = rowCount(ran.value)
  await deps.trackEvents(c, [{ ...event, effects, num_rows: count === -1 ? null : count }])
  return ran.value
}

async function requireSqlJson(c: AppContext, deps: FeatureDeps): Promise<SqlRequest> {
  const request = await readSqlJson(c, deps)
  if (!request.ok) throw new HttpError(400, request.error)
  return request.value
}

function requireForm(form: SqlForm): SqlRequest {
  const request = parseSqlForm(form)
  if (!request.ok) throw new HttpError(400, request.error)
  return request.value
}

/** The number of rows that a statement changed; -1 where that is no question, as for a new table (host.md §10.8). */
function rowCount({ changes, judged }: RanSql): number {
  const changesRows = judged.some(
    ({ operation: { operation, source } }) =>
      source === null && (operation === 'insert' || operation === 'update' || operation === 'delete'),
  )
  return changesRows && !judged.some(({ operation: { operation } }) => operation === 'drop') ? changes : -1
}

function messageOf(ran: RanSql): string {
  const count = rowCount(ran)
  return executedMessage(count === -1 ? null : count)
}

async function answerPage(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  { sql, params }: Pick<SqlForm, 'sql' | 'params'>,
  outcome: SqlOutcome,
  status: 200 | HttpError['status'],
): Promise<Response> {
  const { permissions, settings, urls } = deps
  const actor = c.get('actor')
  const analysis = await analyzeFor(deps, actor, database, sql)
  const maySave = permissions.allows(actor, 'store-query', databaseResource(database.name))
  return deps.page(c, {
    title: `${database.name}: change data with SQL`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    status,
    headers: { ...dataHeaders(c), ...UNFRAMED },
    body: (
      <WriteSqlPage
        action={urls.path(writeSqlPath(database.name))}
        sql={sql}
        params={params}
        analysis={analysis}
        outcome={outcome}
        columnsPath={completionPath(deps, c.get('actor'), database.name)}
        savePath={maySave ? urls.path(storeQueryPath(database.name)) + queryString([['sql', sql]]) : null}
        maxCharacters={settings.truncate_cells_html}
      />
    ),
  })
}
