import type { Actor } from '../../auth/actor.ts'
import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { parameterNames, sqlTokens } from '../../database/sql-text.ts'
import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { isJsonList, type JsonObject, type JsonValue } from '../../http/json.ts'
import { parseLocalPath } from '../../http/local-path.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { QueryContent } from '../../saved-queries/saved-query.ts'
import { challengeHeaders } from '../challenge.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { analyzeSql, refusalOf } from '../judged-sql.ts'
import { isWrite, type JudgedOperation } from '../sql-rights.ts'
import { plainParameters } from '../write/sql/sql-request.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'

/** What a saved query says before anybody has said anything. */
const EMPTY: QueryContent = {
  sql: '',
  title: null,
  description: null,
  hide_sql: false,
  fragment: null,
  parameters: [],
  is_write: false,
  is_private: true,
  on_success_message: null,
  on_success_redirect: null,
  on_error_message: null,
  on_error_redirect: null,
}

const TEXTS = [
  'title',
  'description',
  'fragment',
  'on_success_message',
  'on_success_redirect',
  'on_error_message',
  'on_error_redirect',
] as const

/** Keys of a query that can be changed once it is saved; its name is its address and stays. */
export const CONTENT_KEYS: readonly string[] = [
  'sql',
  'title',
  'description',
  'hide_sql',
  'fragment',
  'parameters',
  'params',
  'is_private',
  'on_success_message',
  'on_success_redirect',
  'on_error_message',
  'on_error_redirect',
]

/** Who saves what in which database. */
export type Saving = { readonly deps: FeatureDeps; readonly actor: Actor | null; readonly database: Database }

/**
 * What a query says once it is saved with these changes (host.md §9.9); `before` is null for a new one. Throws the refusal: nobody
 * saves what they could not run.
 */
export async function requireContent(
  saving: Saving,
  data: JsonObject,
  before: QueryContent | null,
): Promise<QueryContent> {
  const known = before ?? EMPTY
  const sql = before === null || Object.hasOwn(data, 'sql') ? requireSql(data['sql']) : known.sql
  const names = requirePlainParameters(sql)
  const writes = before !== null && sql === before.sql ? before.is_write : await requireRunnable(saving, sql)
  const texts = Object.fromEntries(TEXTS.map((key) => [key, textOf(data, key, known[key])]))
  const content: QueryContent = {
    ...known,
    ...texts,
    sql,
    hide_sql: flagOf(data, 'hide_sql', known.hide_sql),
    is_private: flagOf(data, 'is_private', known.is_private),
    is_write: writes,
    parameters: requireParameters(data, names, sql === known.sql ? known.parameters : names),
  }
  if (!writes && TEXTS.some((key) => key.startsWith('on_') && content[key] !== null)) {
    throw new HttpError(400, 'Writable query fields require writable SQL')
  }
  for (const key of ['on_success_redirect', 'on_error_redirect'] as const) {
    const path = content[key]
    if (path !== null && parseLocalPath(path) === null) {
      throw new HttpError(400, `${key} must be a path on this server, such as /${saving.database.name}`)
    }
  }
  return content
}

/** The statement, or the refusal. */
export function requireSql(sql: JsonValue | undefined): string {
  if (typeof sql !== 'string' || sql.trim() === '') throw new HttpError(400, 'SQL is required')
  return sql.trim()
}

/** The parameters of a statement; a 400 for one that would stand for a fact about whoever runs it. */
export function requirePlainParameters(sql: string): readonly string[] {
  const names = plainParameters(sql)
  if (!names.ok) throw new HttpError(400, names.error)
  return names.value
}

/** Whether a statement changes data. Throws the refusal for one that does not work, or that the actor may not run. */
export async function requireRunnable(saving: Saving, sql: string): Promise<boolean> {
  const { deps, actor, database } = saving
  const reads = checkReadOnlySql(sql)
  if (reads.ok && !mayWrite(sql)) {
    await requirePreparable(saving, sql)
    return false
  }
  if (!database.isMutable) {
    if (!reads.ok) throw new HttpError(403, 'Database is immutable')
    await requirePreparable(saving, sql)
    return false
  }
  // What a statement would do is told by the process that writes: only to those who may write.
  if (!deps.permissions.allows(actor, 'execute-write-sql', databaseResource(database.name))) {
    if (!reads.ok && /^(?:pragma|values)$/iu.test(firstWord(sql))) throw new HttpError(400, reads.error)
    throw new HttpError(403, 'Permission denied: need execute-write-sql', {
      headers: challengeHeaders(
        deps.permissions,
        actor,
        ['execute-write-sql'],
        databaseResource(database.name),
      ),
    })
  }
  const judged = await requireAnalysis(saving, sql)
  const refusal = refusalOf(sql, judged)
  if (refusal === null) return true
  if (refusal.status !== 400 || isWrite(judged.map(({ operation }) => operation))) throw refusal
  if (!reads.ok) throw new HttpError(400, reads.error)
  await requirePreparable(saving, sql)
  return false
}

async function requireAnalysis(
  { deps, actor, database }: Saving,
  sql: string,
): Promise<readonly JudgedOperation[]> {
  const judged = await analyzeSql(deps, { actor, database, sql })
  if (judged.ok) return judged.value
  const refusal = writeRefusal(judged.error)
  throw refusal.status === 400 ? new HttpError(400, `Could not analyze query: ${refusal.message}`) : refusal
}

/** Has a reader prepare a statement, which tells its mistakes, without running it. */
async function requirePreparable({ deps, database }: Saving, sql: string): Promise<void> {
  const params = Object.fromEntries(parameterNames(sql).map((name) => [name, '']))
  const isExplained = firstWord(sql) === 'explain'
  const answer = await database.query({
    sql: isExplained ? sql : `explain ${sql}`,
    params,
    maxRows: 1,
    timeLimitMs: deps.settings.sql_time_limit_ms,
    shape: 'arrays',
    withLastRow: false,
  })
  if (answer.ok || answer.error.reason === 'interrupted') return
  const refusal = writeRefusal(answer.error)
  throw refusal.status === 400 ? new HttpError(400, `Could not analyze query: ${refusal.message}`) : refusal
}

function firstWord(sql: string): string {
  return (sqlTokens(sql).find(({ kind }) => kind === 'word')?.text ?? '').toLowerCase()
}

const WRITING: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete'])

/** Whether a statement that begins like a question has a word with which it could write. SQLite is asked then. */
function mayWrite(sql: string): boolean {
  return (
    firstWord(sql) === 'with' &&
    sqlTokens(sql).some(({ kind, text }) => kind === 'word' && WRITING.has(text.toLowerCase()))
  )
}

function textOf(data: JsonObject, key: (typeof TEXTS)[number], before: string | null): string | null {
  if (!Object.hasOwn(data, key)) return before
  const value = data[key]
  if (value === null || value === undefined || value === '') return null
  if (typeof value !== 'string') throw new HttpError(400, `"${key}" must be a string`)
  return value
}

function flagOf(data: JsonObject, key: 'hide_sql' | 'is_private', before: boolean): boolean {
  if (!Object.hasOwn(data, key)) return before
  const value = data[key]
  if (typeof value === 'string') return /^(?:1|true|t|yes|on)$/iu.test(value)
  return Boolean(value)
}

function requireParameters(
  data: JsonObject,
  names: readonly string[],
  before: readonly string[],
): readonly string[] {
  const sent = data['parameters'] ?? data['params'] ?? null
  if (sent === null) return before
  const listed = typeof sent === 'string' ? sent.split(/[\s,]+/u).filter((name) => name !== '') : sent
  if (!isJsonList(listed)) throw new HttpError(400, 'parameters must be a list of strings')
  const texts = listed.filter((name) => typeof name === 'string')
  if (texts.length < listed.length) throw new HttpError(400, 'parameters must be a list of strings')
  if (texts.some((name) => name.startsWith('_'))) throw new HttpError(400, 'Magic parameters are not allowed')
  const isSame = new Set(texts).size === names.length && names.every((name) => texts.includes(name))
  if (!isSame) throw new HttpError(400, 'parameters must match SQL named parameters')
  return [...new Set(texts)]
}
