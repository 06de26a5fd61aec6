import { tildeDecode } from '../../http/tilde.ts'
import type { Permissions } from '../../permissions/permissions.ts'
import {
  formatRestrictions,
  type RestrictionEntry,
  type Restrictions,
} from '../../permissions/restrictions.ts'
import { fail, ok, type Result } from '../../result.ts'

/** What somebody asked of the page that creates tokens. */
export type TokenRequest = {
  /** Null: the token never expires. */
  readonly durationSeconds: number | null
  /** Null: the token may do whatever its owner may. */
  readonly restrictions: Restrictions | null
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { minutes: 60, hours: 3600, days: 86_400 }

/** Names of databases and tables in a box, by the scope it begins with. */
const NAMES_BEFORE_ACTION: Readonly<Record<string, number>> = { all: 0, database: 1, resource: 2 }

/** Added to the time of any clock, this is still an integer that JSON keeps. */
const MAX_DURATION_SECONDS = 2 ** 52

/**
 * Reads the form of `/-/create-token` (host.md §11.9). A mistyped duration or a box that names no permission is
 * a fault; no token may come of it. An action that nobody knows is stored as given and allows nothing (§2.3).
 */
export function parseTokenRequest(
  form: URLSearchParams,
  permissions: Permissions,
): Result<TokenRequest, string> {
  const duration = parseDuration(form.get('expire_type') ?? '', form.get('expire_duration') ?? '')
  if (!duration.ok) return duration

  const entries: RestrictionEntry[] = []
  for (const field of form.keys()) {
    const box = parseBox(field, permissions)
    if (box === 'another-field') continue
    if (box === null) return fail(`The field ${field} names no permission`)
    entries.push(box)
  }
  return ok({ durationSeconds: duration.value, restrictions: formatRestrictions(entries) })
}

/** Reads `all:ACTION`, `database:DB:ACTION` or `resource:DB:TABLE:ACTION`; null for a box with other parts. */
function parseBox(field: string, permissions: Permissions): RestrictionEntry | 'another-field' | null {
  const [scope = '', ...parts] = field.split(':')
  if (!Object.hasOwn(NAMES_BEFORE_ACTION, scope)) return 'another-field'

  const name = parts.at(-1) ?? ''
  const [database = null, resource = null] = parts.slice(0, -1).map(tildeDecode)
  if (name === '' || parts.length - 1 !== NAMES_BEFORE_ACTION[scope]) return null

  const action = permissions.findAction(name) ?? { name, abbr: null }
  if (database === null) return { action, database: null, resource: null }
  return { action, database, resource }
}

function parseDuration(unit: string, amount: string): Result<number | null, string> {
  if (unit === '') return ok(null)
  const seconds = Object.hasOwn(SECONDS_PER_UNIT, unit) ? SECONDS_PER_UNIT[unit] : undefined
  if (seconds === undefined) return fail('Invalid expire duration unit')
  const duration = /^[0-9]+$/u.test(amount) ? Number(amount) * seconds : 0
  return duration > 0 && duration <= MAX_DURATION_SECONDS ? ok(duration) : fail('Invalid expire duration')
}
