import type { Database, Table } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { trackDoubt } from '../permitted/track-doubt.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'

/** Deletes a table with its rows, for whoever may drop it (host.md §10.7); throws the refusal. */
export async function dropTable(
  { columnTypes, permissions, settings, trackEvents }: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
): Promise<void> {
  const written = await permittedWrite(permissions, c.get('actor'), database, {
    statements: [{ sql: `drop table ${quoteIdentifier(table.name)}`, params: [] }],
    // SQLite deletes the rows first, and with them what refers to them in other tables.
    may: [{ operation: 'delete', table: table.name }],
    timeLimitMs: settings.sql_time_limit_ms,
    signal: c.req.raw.signal,
  })
  const dropped = { name: 'drop-table', database: database.name, table: table.name } as const
  if (!written.ok) {
    await trackDoubt({ trackEvents }, c, written.error, [dropped])
    throw writeRefusal(written.error)
  }
  await columnTypes.follow(database.name, { table: table.name, to: null, columns: new Map() })
  await trackEvents(c, [dropped])
}
