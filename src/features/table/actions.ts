import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import { tableResource } from '../../permissions/action.ts'
import { isByHand, type ByHand } from '../by-hand.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { alterTablePath, columnTypesPath, dropTablePath, insertRowPath } from '../links.ts'

/**
 * What this person may do to a table, as links to the pages that do it. Views can only have types for their columns, and where
 * nothing can be changed those mean nothing: they are for what is written.
 */
export function tableActions(
  { permissions, urls }: FeatureDeps,
  actor: Actor | null,
  database: Database,
  table: Table,
): readonly { readonly label: string; readonly path: string }[] {
  const { name } = database
  const resource = tableResource(name, table.name)
  const can = (what: ByHand) => isByHand(database, table, what)
  const changes = [
    { can: can('rows'), action: 'insert-row', label: 'Insert row', path: insertRowPath(name, table.name) },
    {
      can: can('columns'),
      action: 'alter-table',
      label: 'Alter table',
      path: alterTablePath(name, table.name),
    },
    { can: can('drop'), action: 'drop-table', label: 'Drop table', path: dropTablePath(name, table.name) },
    {
      can: database.isWritable && (table.kind === 'view' || can('rows')),
      action: 'set-column-type',
      label: 'Types of columns',
      path: columnTypesPath(name, table.name),
    },
  ]
  return changes
    .filter((change) => change.can && permissions.allows(actor, change.action, resource))
    .map(({ label, path }) => ({ label, path: urls.path(path) }))
}
