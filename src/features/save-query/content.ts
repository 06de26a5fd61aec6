import { HttpError } from '../../http/http-error.ts'
import { isJsonList, type JsonObject, type JsonValue } from '../../http/json.ts'
import { parseLocalPath } from '../../http/local-path.ts'
import type { QueryContent } from '../../saved-queries/saved-query.ts'
import { requirePlainParameters, requireRunnable, type Saving } from './savable-sql.ts'

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
function requireSql(sql: JsonValue | undefined): string {
  if (typeof sql !== 'string' || sql.trim() === '') throw new HttpError(400, 'SQL is required')
  return sql.trim()
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
  const listedOnce = new Set(texts)
  const isSame = listedOnce.size === names.length && names.every((name) => listedOnce.has(name))
  if (!isSame) throw new HttpError(400, 'parameters must match SQL named parameters')
  return [...listedOnce]
}
