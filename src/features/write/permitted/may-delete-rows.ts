import type { Actor } from '../../../auth/actor.ts'
import { tableResource } from '../../../permissions/action.ts'
import type { Permissions } from '../../../permissions/permissions.ts'

/**
 * Whether a write of this actor may delete the rows that are in its way. SQLite deletes them for `REPLACE`, in the statement or in the
 * schema, and tells nobody while it prepares the statement: so it is asked before the statement is written.
 */
export function mayDeleteRows(
  permissions: Permissions,
  actor: Actor | null,
  database: string,
  table: string,
): boolean {
  return permissions.allows(actor, 'delete-row', tableResource(database, table))
}
