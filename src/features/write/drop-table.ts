import type { Database, Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryRefusal } from '../query-refusal.ts'
import { writeRefusal } from './write-refusal.ts'

/** Deletes a table with its rows, for whoever may drop it (host.md §10.7); throws the refusal. */
export async function dropTable(
  { columnTypes, permissions, settings, trackEvents }: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
): Promise<void> {
  // SQLite deletes the rows first, and with them what refers to them in other tables.
  const referring = table.foreignKeys.incoming.map(({ otherTable }) => otherTable)
  const mayDelete = permissions.allowsIn(c.get('actor'), 'delete-row', database.name)
  if (!referring.every((name) => name === table.name || mayDelete(name))) {
    throw new HttpError(403, 'Permission denied: need delete-row on the tables that refer to this one')
  }
  const statements = [{ sql: `drop table ${quoteIdentifier(table.name)}`, params: [] }]
  const written = await database.write({
    statements,
    timeLimitMs: settings.sql_time_limit_ms,
    signal: c.req.raw.signal,
  })
  if (!written.ok) throw writeRefusal(written.error)
  await columnTypes.follow(database.name, { table: table.name, to: null, columns: new Map() })
  await trackEvents(c, [{ name: 'drop-table', database: database.name, table: table.name }])
}

/** The number of rows; null when counting takes too long, since a large table can be dropped as well. */
export async function rowCount(
  database: Database,
  table: Table,
  timeLimitMs: number,
): Promise<number | null> {
  const sql = `select count(*) from ${quoteIdentifier(table.name)}`
  const answer = await database.query({ sql, params: [], maxRows: 1, timeLimitMs, shape: 'arrays' })
  if (answer.ok) return Number(answer.value.lastRow?.[0] ?? 0)
  if (answer.error.reason === 'interrupted') return null
  throw queryRefusal(answer.error)
}
