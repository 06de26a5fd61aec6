import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import { tableResource } from '../permissions/action.ts'
import type { Permissions } from '../permissions/permissions.ts'

/**
 * Which tables and views of a database a reader may see. A full-text index, and what it keeps for itself, holds the
 * content of another table: it is for those who may see that table too, whatever its own rules say.
 */
export function visibleTables(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
): (name: string) => boolean {
  const allows = permissions.allowsIn(actor, 'view-table', database.name)
  const schema = database.schema()
  return (name) => [name, ...hostTables((table) => schema.hostOf(table), name)].every(allows)
}

/** The tables whose content a table holds, one behind the other; none for a table of its own. */
export function hostTables(hostOf: (table: string) => string | null, table: string): readonly string[] {
  const hosts: string[] = []
  for (let host = hostOf(table); host !== null && !hosts.includes(host); host = hostOf(host)) hosts.push(host)
  return hosts
}

/** Whether a reader may see one table or view; as `visibleTables` says of each. */
export function maySeeTable(
  permissions: Permissions,
  actor: Actor | null,
  database: Database,
  table: string,
): boolean {
  const schema = database.schema()
  return [table, ...hostTables((one) => schema.hostOf(one), table)].every((name) =>
    permissions.allows(actor, 'view-table', tableResource(database.name, name)),
  )
}
