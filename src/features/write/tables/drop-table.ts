import type { Database, Table } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** Deletes a table with its rows, for whoever may drop it (host.md §10.7); throws the refusal. */
export async function dropTable(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
): Promise<void> {
  const dropped = { name: 'drop-table', database: database.name, table: table.name, effects: [] } as const
  const written = await permittedWrite(deps, c, database, {
    statements: [{ sql: `drop table ${quoteIdentifier(table.name)}`, params: [] }],
    // SQLite deletes the rows first, and with them what refers to them in other tables.
    may: [{ operation: 'delete', table: table.name }],
    does: [dropped],
  })
  if (!written.ok) throw writeRefusal(written.error)
  await deps.columnTypes.follow(database.name, { table: table.name, to: null, columns: new Map() })
  const effects = written.value.may.filter((change) => change.table !== table.name)
  await deps.trackEvents(c, [{ ...dropped, effects }])
}
