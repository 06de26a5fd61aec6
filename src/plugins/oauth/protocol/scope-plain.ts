import { reaches, toScope, type Scope } from './scope.ts'
import type { ActionLevel } from '../../../plugin.ts'

/**
 * Reads the plain form, the one that RFC 6749 §3.3 allows: tokens apart by spaces, each `action`,
 * `action:database` or `action:database/resource`, every part percent-encoded as in RFC 3986. The short
 * names become the actions that they stand for. Null for anything else.
 */
export function parsePlainScopes(text: string): readonly Scope[] | null {
  const scopes: Scope[] = []
  for (const token of text.split(' ')) {
    if (token === '' || IGNORED.has(token)) continue
    const scope = parseToken(token)
    if (scope === null) return null
    scopes.push(...expand(scope))
  }
  return scopes
}

/** Writes the plain form. It reads back as the same scopes. */
export function formatPlainScopes(scopes: readonly Scope[]): string {
  return scopes.map(formatToken).join(' ')
}

/** Names of OpenID Connect that some clients send unasked. They ask for nothing that this server has. */
const IGNORED: ReadonlySet<string> = new Set(['openid', 'profile', 'email'])

/** Names that a person can type, and what they stand for. */
const SHORT_NAMES: ReadonlyMap<string, readonly { readonly action: string; readonly level: ActionLevel }[]> =
  new Map([
    [
      'read',
      [
        { action: 'view-instance', level: 'global' },
        { action: 'view-database', level: 'database' },
        { action: 'view-table', level: 'resource' },
        { action: 'view-query', level: 'resource' },
        { action: 'execute-sql', level: 'database' },
      ],
    ],
    [
      'write',
      [
        { action: 'insert-row', level: 'resource' },
        { action: 'update-row', level: 'resource' },
        { action: 'delete-row', level: 'resource' },
        { action: 'create-table', level: 'database' },
        { action: 'alter-table', level: 'resource' },
        { action: 'drop-table', level: 'resource' },
      ],
    ],
  ])

/** A short name becomes those of its actions that exist at its place or below; anything else stays. */
function expand(scope: Scope): readonly Scope[] {
  const [name, ...place] = scope
  const members = SHORT_NAMES.get(name)
  if (members === undefined) return [scope]
  return members
    .filter(({ level }) => reaches(level, scope))
    .map(({ action }) => toScope([action, ...place]))
    .filter((member) => member !== null)
}

/** RFC 6749 §3.3: `scope-token`. */
const TOKEN = /^[\u0021\u0023-\u005B\u005D-\u007E]+$/u

function parseToken(token: string): Scope | null {
  if (!TOKEN.test(token)) return null
  const [action, place, ...moreColons] = token.split(':')
  if (action === undefined || moreColons.length > 0) return null
  const parts = [action, ...(place === undefined ? [] : place.split('/'))].map(percentDecode)
  return parts.every((part) => part !== null) ? toScope(parts) : null
}

function formatToken([action, ...place]: Scope): string {
  const names = place.map(percentEncode).join('/')
  return names === '' ? percentEncode(action) : `${percentEncode(action)}:${names}`
}

/** Encodes all but the unreserved characters of RFC 3986; `encodeURIComponent` leaves five more as they are. */
function percentEncode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, hex)
}

function percentDecode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
