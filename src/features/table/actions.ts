import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import { tableResource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterTablePath, dropTablePath } from '../links.ts'

/** What this person may do to a table, as links to the pages that do it. Nothing is done to views, or where nothing ever changes. */
export function tableActions(
  { permissions, urls }: FeatureDeps,
  actor: Actor | null,
  database: Database,
  table: Table,
): readonly { readonly label: string; readonly path: string }[] {
  if (!database.isMutable || table.kind === 'view') return []
  const resource = tableResource(database.name, table.name)
  const actions = [
    { action: 'alter-table', label: 'Alter table', path: alterTablePath(database.name, table.name) },
    { action: 'drop-table', label: 'Drop table', path: dropTablePath(database.name, table.name) },
  ]
  return actions
    .filter(({ action }) => permissions.allows(actor, action, resource))
    .map(({ label, path }) => ({ label, path: urls.path(path) }))
}
