import type { Database, WriteFailure } from '../../database/database.ts'
import { sqlTokens } from '../../database/sql-text.ts'
import type { SqlParams } from '../../database/values.ts'
import { errorEnvelope } from '../../http/error-envelope.ts'
import { HttpError } from '../../http/http-error.ts'
import { parseLocalPath } from '../../http/local-path.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps, StoredQuery } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { executedMessage, runSql } from '../judged-sql.ts'
import { storedQueryPath } from '../links.ts'
import { effectsOf } from '../sql-rights.ts'
import { trackDoubt } from '../write/permitted/track-doubt.ts'
import { isAnother } from '../write/sql/sql-request.ts'
import { requireMutable } from '../write/permitted/writable-table.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { requireStoredQuery, storedQueryWith, type StoredView } from './stored-request.ts'
import { readWriteQuery } from './write-request.ts'

/** What a query that writes came to: the message, and where the browser goes next. */
type Outcome = { readonly ok: boolean; readonly message: string; readonly redirect: string | null }

/** `POST /:database/:query{.json}`: runs a stored query that writes (host.md §9.9). */
export const writeQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const { database, stored } = requireStoredQuery(deps, c, params)
    requireMutable(database)
    const { values, checked, wantsJson } = await readWriteQuery(c, deps)
    const inJson = wantsJson || params['format'] === 'json'
    const own = deps.urls.path(storedQueryPath(database.name, stored.name))
    // Its owner may change it at any time, but what runs is what was read.
    if (!stored.is_trusted && isAnother(checked, stored.sql)) {
      if (inJson) throw new HttpError(409, CHANGED)
      deps.say(c, { text: CHANGED, kind: 'error' })
      return c.redirect(own, 302)
    }
    const view = storedQueryWith(deps, c, database, stored, params, values)
    const outcome = await outcomeOf(deps, c, view)
    if (inJson) return answerJson(c, outcome)

    deps.say(c, { text: outcome.message, kind: outcome.ok ? 'info' : 'error' })
    return c.redirect(outcome.redirect ?? own, 302)
  }

const CHANGED =
  'This query was changed after you opened its page. Nothing was run. See what it does now, and run it then.'

async function outcomeOf(deps: FeatureDeps, c: AppContext, view: StoredView): Promise<Outcome> {
  const { stored, asked, database } = view
  const failed = (message: string): Outcome => ({
    ok: false,
    message: stored.on_error_message ?? message,
    redirect: redirectOf(stored, stored.on_error_redirect),
  })
  if (!asked.magic.ok) return failed(asked.magic.error)
  const params = { ...asked.params, ...asked.magic.value }
  const written = stored.is_trusted
    ? await runTrusted(deps, database, stored.sql, params, c.req.raw.signal)
    : await runAsActor(deps, c, database, stored.sql, params)
  const event = { name: 'execute-write', database: database.name, query: stored.name } as const
  if (!written.ok) {
    await trackDoubt(deps, c, written.error, [{ ...event, effects: [], num_rows: null }])
    const refusal = writeRefusal(written.error)
    if (refusal.status !== 400) throw refusal
    return failed(refusal.message)
  }
  const { count, effects } = written.value
  await deps.trackEvents(c, [{ ...event, effects, num_rows: count }])
  return {
    ok: true,
    message: (await messageOf(deps, database, stored, params)) ?? executedMessage(count),
    redirect: redirectOf(stored, stored.on_success_redirect),
  }
}

/** What a query did: the number of rows that it changed, null where it changes none, and what is known of its effects. */
type Done = { readonly count: number | null; readonly effects: ReturnType<typeof effectsOf> }

/** Runs what the configuration says, whoever asks: the one who wrote it there gave the right, and it is not looked into. */
async function runTrusted(
  { settings }: FeatureDeps,
  database: Database,
  sql: string,
  params: SqlParams,
  signal: AbortSignal,
): Promise<Result<Done, WriteFailure>> {
  const written = await database.write({
    statements: [
      { sql, params },
      { sql: 'select changes() as changes', params: [] },
    ],
    timeLimitMs: settings.sql_time_limit_ms,
    signal,
  })
  if (!written.ok) return written
  const changes = Number(written.value.results[1]?.rows[0]?.['changes'] ?? 0)
  return ok({ count: changesRows(sql) ? changes : null, effects: [] })
}

/** Runs what somebody has saved, with no more rights than the one who runs it now has. */
async function runAsActor(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  sql: string,
  params: SqlParams,
): Promise<Result<Done, WriteFailure>> {
  const ran = await runSql(deps, { actor: c.get('actor'), database, sql }, params, c.req.raw.signal)
  if (!ran.ok) return fail(ran.error)
  const effects = effectsOf(ran.value.judged.map(({ operation }) => operation))
  return ok({ count: changesRows(sql) ? ran.value.changes : null, effects })
}

const ROW_CHANGES: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete', 'with'])

/** Whether a statement changes rows, so that their number means something. It is only for a message. */
function changesRows(sql: string): boolean {
  const first = sqlTokens(sql).find(({ kind }) => kind === 'word')
  return ROW_CHANGES.has(first?.text.toLowerCase() ?? '')
}

/** What the query has to say itself: what its own SQL finds, or a text. */
async function messageOf(
  { settings }: FeatureDeps,
  database: Database,
  { on_success_message: text, on_success_message_sql: sql }: StoredQuery,
  params: SqlParams,
): Promise<string | null> {
  if (sql === undefined || sql === null) return text ?? null
  const timeLimitMs = settings.sql_time_limit_ms
  const found = await database.query({ sql, params, maxRows: 1, timeLimitMs, shape: 'arrays' })
  // The query itself has run: a message that cannot be found is no reason to say that it has not.
  const [first] = found.ok ? (found.value.lastRow ?? []) : []
  return first === undefined || first === null ? (text ?? null) : String(first)
}

/** Where a browser goes: anywhere the configuration says, and within this server where somebody else has saved the query. */
function redirectOf(stored: StoredQuery, target: string | null | undefined): string | null {
  if (target === undefined || target === null || target === '') return null
  return stored.is_trusted ? target : parseLocalPath(target)
}

function answerJson(c: AppContext, { ok: isOk, message, redirect }: Outcome): Response {
  const document = isOk ? { ok: true, message, redirect } : { ...errorEnvelope(400, [message]), redirect }
  return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c), isOk ? 200 : 400)
}
