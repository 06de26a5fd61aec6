import type { Actor } from '../../auth/actor.ts'
import type { Clock } from '../../clock.ts'
import { parameterNames } from '../../database/sql-text.ts'
import type { SqlValue } from '../../database/values.ts'
import { parseCookies } from '../../http/cookies.ts'
import type { JsonValue } from '../../http/json.ts'
import { randomHex, type Random } from '../../random.ts'
import { fail, ok, type Result } from '../../result.ts'

/** What the parameters of a stored query can stand for: the reader, their request, the moment, chance. */
export type MagicSources = {
  readonly actor: Actor | null
  /** Those of the request. */
  readonly headers: Headers
  readonly clock: Clock
  readonly random: Random
}

/** Values by name, with the `_` at its beginning. */
export type MagicValues = Readonly<Record<string, SqlValue>>

/** Whether nobody may set a parameter from outside, because its name stands for a fact (host.md §9.9). */
export function isMagic(parameter: string): boolean {
  return parameter.startsWith('_')
}

/**
 * Fills the magic parameters of a stored query: `_actor_KEY`, `_header_NAME`, `_cookie_NAME`, `_now_epoch`,
 * `_now_date_utc`, `_now_datetime_utc` and `_random_chars_N` (host.md §9.9). A header or cookie that the request does not
 * have is NULL; a name that means nothing is left out, and the statement fails for the want of it.
 *
 * The failure is the message to show. A fact about the reader that is not known is one, since a condition on NULL could
 * let everybody through. So is a credential: an answer or a table must not hold what signs somebody in.
 */
export function magicValues(sql: string, sources: MagicSources): Result<MagicValues, string> {
  const values: [string, SqlValue][] = []
  for (const name of parameterNames(sql).filter(isMagic)) {
    const value = magicValue(name, sources)
    if (!value.ok) return value
    if (value.value !== undefined) values.push([name, value.value])
  }
  return ok(Object.fromEntries(values))
}

/** The names are split at their first underscore after the one at the beginning. */
const KIND = /^_(actor|header|cookie|now|random)_(.+)$/u

function magicValue(name: string, sources: MagicSources): Result<SqlValue | undefined, string> {
  const [, kind = '', key = ''] = KIND.exec(name) ?? []
  switch (kind) {
    case 'actor':
      return actorValue(name, key, sources.actor)
    case 'header':
      return CREDENTIAL_HEADERS.has(key.toLowerCase())
        ? credentialFailure(name)
        : ok(headerValue(key, sources.headers))
    case 'cookie':
      return OWN_COOKIE.test(key)
        ? credentialFailure(name)
        : ok(parseCookies(sources.headers.get('cookie')).get(key) ?? null)
    case 'now':
      return ok(momentValue(key, sources.clock))
    case 'random':
      return ok(randomValue(key, sources.random))
    default:
      return ok(undefined)
  }
}

function actorValue(name: string, key: string, actor: Actor | null): Result<SqlValue, string> {
  if (actor === null) return fail(`This query needs :${name}. Sign in to run it.`)
  const value = Object.hasOwn(actor, key) ? actor[key] : undefined
  if (value === undefined || value === null) {
    return fail(`This query needs :${name}, which is not known about you.`)
  }
  return ok(sqlValue(value))
}

/** Lists and objects are JSON text, which `json_each` reads. */
function sqlValue(value: NonNullable<JsonValue>): SqlValue {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Parameters are written with underscores for hyphens. `Headers` throws at a name that no header can have. */
function headerValue(key: string, headers: Headers): SqlValue | undefined {
  return /^\w+$/u.test(key) ? headers.get(key.replaceAll('_', '-')) : undefined
}

/** Headers with what signs somebody in, as names of parameters write them. */
const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy_authorization'])

/** The cookies of this server: sessions, messages, sign-ins under way. */
const OWN_COOKIE = /^(?:ds|tapedeck)_/u

function credentialFailure(name: string): Result<never, string> {
  return fail(`No query may use :${name}, because it holds what signs somebody in.`)
}

function momentValue(key: string, clock: Clock): SqlValue | undefined {
  const seconds = clock.now()
  const text = new Date(seconds * 1000).toISOString()
  switch (key) {
    case 'epoch':
      return BigInt(seconds)
    case 'date_utc':
      return text.slice(0, 10)
    case 'datetime_utc':
      return `${text.slice(0, 19)}Z`
    default:
      return undefined
  }
}

/** Up to 999 characters, each a hexadecimal digit. */
function randomValue(key: string, random: Random): SqlValue | undefined {
  const [, digits] = /^chars_(\d{1,3})$/u.exec(key) ?? []
  if (digits === undefined) return undefined
  const count = Number(digits)
  return randomHex(random, Math.ceil(count / 2)).slice(0, count)
}
