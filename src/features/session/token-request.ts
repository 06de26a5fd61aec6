import { tildeDecode } from '../../http/tilde.ts'
import type { Permissions } from '../../permissions/permissions.ts'
import type { Restrictions } from '../../permissions/restrictions.ts'
import { fail, ok, type Result } from '../../result.ts'

/** What somebody asked of the page that creates tokens. */
export type TokenRequest = {
  /** Null: the token never expires. */
  readonly durationSeconds: number | null
  /** Null: the token may do whatever its owner may. */
  readonly restrictions: Restrictions | null
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { minutes: 60, hours: 3600, days: 86_400 }

/**
 * Reads the form of `/-/create-token` (host.md §11.9). A mistyped duration or an unknown action is a fault;
 * no token may come of it.
 */
export function parseTokenRequest(
  form: URLSearchParams,
  permissions: Permissions,
): Result<TokenRequest, string> {
  const duration = parseDuration(form.get('expire_type') ?? '', form.get('expire_duration') ?? '')
  if (!duration.ok) return duration

  const all = new Set<string>()
  const databases = new Map<string, Set<string>>()
  const resources = new Map<string, Map<string, Set<string>>>()
  for (const field of form.keys()) {
    const [scope, ...parts] = field.split(':')
    const action = permissions.findAction(parts.at(-1) ?? '')
    if (scope !== 'all' && scope !== 'database' && scope !== 'resource') continue
    if (action === null) return fail(`There is no permission called ${parts.at(-1) ?? ''}`)
    const name = action.abbr ?? action.name
    const [database, resource] = parts.slice(0, -1).map(tildeDecode)
    if (scope === 'all' && parts.length === 1) all.add(name)
    else if (scope === 'database' && parts.length === 2 && database !== undefined) {
      entry(databases, database, () => new Set<string>()).add(name)
    } else if (
      scope === 'resource' &&
      parts.length === 3 &&
      database !== undefined &&
      resource !== undefined
    ) {
      const tables = entry(resources, database, () => new Map<string, Set<string>>())
      entry(tables, resource, () => new Set<string>()).add(name)
    } else return fail(`The field ${field} names no permission`)
  }

  const restrictions: Restrictions = {
    ...(all.size > 0 && { a: [...all] }),
    ...(databases.size > 0 && {
      d: Object.fromEntries([...databases].map(([name, set]) => [name, [...set]])),
    }),
    ...(resources.size > 0 && {
      r: Object.fromEntries(
        [...resources].map(([name, tables]) => [
          name,
          Object.fromEntries([...tables].map(([table, set]) => [table, [...set]])),
        ]),
      ),
    }),
  }
  const isRestricted = Object.keys(restrictions).length > 0
  return ok({ durationSeconds: duration.value, restrictions: isRestricted ? restrictions : null })
}

function parseDuration(unit: string, amount: string): Result<number | null, string> {
  if (unit === '') return ok(null)
  const seconds = Object.hasOwn(SECONDS_PER_UNIT, unit) ? SECONDS_PER_UNIT[unit] : undefined
  if (seconds === undefined) return fail('Invalid expire duration unit')
  const isCount = /^[0-9]{1,6}$/u.test(amount) && Number(amount) > 0
  return isCount ? ok(Number(amount) * seconds) : fail('Invalid expire duration')
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
