import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import { tableResource } from '../permissions/action.ts'
import { isPrivate } from '../permissions/private.ts'
import type { RouteParams } from '../routing/route.ts'
import type { FeatureDeps, StoredQuery } from './feature-deps.ts'

/** A stored query in a list. */
export type ListedQuery = {
  readonly query: StoredQuery
  /** Whether signed-out visitors may not see it. */
  readonly isPrivate: boolean
}

/** The stored query at an address, or null: a table or view of the same name stands before it (host.md §8.3). */
export function findStoredQuery(
  { config }: Pick<FeatureDeps, 'config'>,
  database: Database,
  name: string,
): StoredQuery | null {
  const query = config.query(database.name, name)
  return query === null || database.schema().table(name) !== null ? null : query
}

/** The stored query that the parts of a path name, or null. */
export function storedQueryAt(
  deps: Pick<FeatureDeps, 'config' | 'databases'>,
  { database: name = '', query = '' }: RouteParams,
): StoredQuery | null {
  const database = deps.databases.find(name)
  return database === null ? null : findStoredQuery(deps, database, query)
}

/** The stored queries that this reader may run, by name. Those that write cannot be run yet, and are left out. */
export function queriesFor(
  deps: Pick<FeatureDeps, 'config' | 'permissions'>,
  actor: Actor | null,
  database: Database,
): readonly ListedQuery[] {
  const { config, permissions } = deps
  return config
    .queries(database.name)
    .filter(({ name, write }) => write !== true && findStoredQuery(deps, database, name) !== null)
    .map((query) => ({ query, resource: tableResource(database.name, query.name) }))
    .filter(({ resource }) => permissions.allows(actor, 'view-query', resource))
    .map(({ query, resource }) => ({
      query,
      isPrivate: isPrivate(permissions, actor, 'view-query', resource),
    }))
}
