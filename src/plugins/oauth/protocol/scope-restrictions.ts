import type { Restrictions } from '../../../plugin.ts'
import type { FindAction } from './scope-request.ts'
import type { GrantedScopes } from './scope.ts'

/**
 * What a token may do at most (host.md §2.3), actions by their abbreviation where they have one. Null, a token without
 * restrictions, comes of approved full access alone: a list is never empty, so its restrictions never are.
 */
export function restrictionsOf(granted: GrantedScopes, findAction: FindAction): Restrictions | null {
  if (granted.access === 'full') return null

  // Maps, because a database may be called `__proto__`.
  const everywhere = new Set<string>()
  const databases = new Map<string, Set<string>>()
  const resources = new Map<string, Map<string, Set<string>>>()
  for (const [action, database, resource] of granted.scopes) {
    const name = findAction(action)?.abbr ?? action
    if (database === undefined) everywhere.add(name)
    else if (resource === undefined) entry(databases, database, () => new Set<string>()).add(name)
    else {
      const inDatabase = entry(resources, database, () => new Map<string, Set<string>>())
      entry(inDatabase, resource, () => new Set<string>()).add(name)
    }
  }
  return {
    ...(everywhere.size > 0 && { a: [...everywhere] }),
    ...(databases.size > 0 && { d: listsByName(databases) }),
    ...(resources.size > 0 && {
      r: Object.fromEntries([...resources].map(([database, tables]) => [database, listsByName(tables)])),
    }),
  }
}

function listsByName(
  sets: ReadonlyMap<string, ReadonlySet<string>>,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...sets].map(([name, actions]) => [name, [...actions]]))
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
