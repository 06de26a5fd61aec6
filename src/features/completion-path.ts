import type { Actor } from '../auth/actor.ts'
import { databaseResource } from '../permissions/action.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { queryPath } from './links.ts'

/** Where an editor of SQL learns the names of tables and columns, ready for a link; null for who may not ask. */
export function completionPath(
  { permissions, urls }: Pick<FeatureDeps, 'permissions' | 'urls'>,
  actor: Actor | null,
  database: string,
): string | null {
  return permissions.allows(actor, 'execute-sql', databaseResource(database))
    ? urls.path(`${queryPath(database)}/columns`)
    : null
}
