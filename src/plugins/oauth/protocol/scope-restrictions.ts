import {
  formatRestrictions,
  type GoodToken,
  type RestrictionEntry,
  type Restrictions,
} from '../../../plugin.ts'
import type { FindAction } from './scope-request.ts'
import { isNonEmpty, toScope, type GrantedScopes, type Scope } from './scope.ts'

/**
 * What a token may do at most (host.md §2.3), actions by their abbreviation where they have one. Null, a token without
 * restrictions, comes of approved full access alone: a list is never empty, so its restrictions never are.
 */
export function restrictionsOf(granted: GrantedScopes, findAction: FindAction): Restrictions | null {
  if (granted.access === 'full') return null
  return formatRestrictions(granted.scopes.map((scope) => toEntry(scope, findAction)))
}

/** What a token may do, as scopes with full names: the reverse of `restrictionsOf`. Names that no action has are left out. Null for a token that may do nothing. */
export function scopesOf(
  entries: NonNullable<GoodToken['entries']> | null,
  findAction: FindAction,
): GrantedScopes | null {
  if (entries === null) return { access: 'full' }
  const scopes = entries.flatMap(({ action: name, database, resource }) => {
    const action = findAction(name)
    const parts = [action?.name ?? null, database, resource].filter((part) => part !== null)
    const scope = action === null ? null : toScope(parts)
    return scope === null ? [] : [scope]
  })
  return isNonEmpty(scopes) ? { access: 'listed', scopes } : null
}

function toEntry([name, database, resource]: Scope, findAction: FindAction): RestrictionEntry {
  const action = findAction(name) ?? { name, abbr: null }
  if (database === undefined) return { action, database: null, resource: null }
  return { action, database, resource: resource ?? null }
}
