import { formatRestrictions, type RestrictionEntry, type Restrictions } from '../../../plugin.ts'
import type { FindAction } from './scope-request.ts'
import type { GrantedScopes, Scope } from './scope.ts'

/**
 * What a token may do at most (host.md §2.3), actions by their abbreviation where they have one. Null, a token without
 * restrictions, comes of approved full access alone: a list is never empty, so its restrictions never are.
 */
export function restrictionsOf(granted: GrantedScopes, findAction: FindAction): Restrictions | null {
  if (granted.access === 'full') return null
  return formatRestrictions(granted.scopes.map((scope) => toEntry(scope, findAction)))
}

function toEntry([name, database, resource]: Scope, findAction: FindAction): RestrictionEntry {
  const action = findAction(name) ?? { name, abbr: null }
  if (database === undefined) return { action, database: null, resource: null }
  return { action, database, resource: resource ?? null }
}
