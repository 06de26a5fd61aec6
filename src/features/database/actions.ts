import type { Actor } from '../../auth/actor.ts'
import type { Database } from '../../database/database.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { createTablePath } from '../links.ts'

/** What this person may do to a database, as links to the pages that do it. Nothing is done to one that never changes. */
export function databaseActions(
  { permissions, urls }: FeatureDeps,
  actor: Actor | null,
  { name, isWritable }: Database,
): readonly { readonly label: string; readonly path: string }[] {
  const mayCreate = permissions.allows(actor, 'create-table', databaseResource(name))
  return isWritable && mayCreate ? [{ label: 'Create table', path: urls.path(createTablePath(name)) }] : []
}
