import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import type { RouteParams } from '../routing/route.ts'
import type { FeatureDeps, StoredQuery } from './feature-deps.ts'
import { storedQueryPath } from './links.ts'

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

/** The stored queries that this reader may see, by name. */
export function queriesFor(
  { config, permissions }: Pick<FeatureDeps, 'config' | 'permissions'>,
  actor: Actor | null,
  database: Database,
): readonly ListedQuery[] {
  const maySee = permissions.allowsIn(actor, 'view-query', database.name)
  const anybodyMaySee = permissions.allowsIn(null, 'view-query', database.name)
  const schema = database.schema()
  return config
    .queries(database.name)
    .filter(({ name }) => maySee(name) && schema.table(name) === null)
    .map((query) => ({ query, isPrivate: !anybodyMaySee(query.name) }))
}

/** The page of a stored query, with the end that the configuration gives to links to it, for the scripts of its page. */
export function storedQueryLink(database: string, { name, fragment = '' }: StoredQuery): string {
  return storedQueryPath(database, name) + (fragment === '' ? '' : `#${fragment}`)
}
