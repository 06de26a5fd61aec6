import type { Database, Table, WriteFailure } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { referringKeys } from '../../referring-keys.ts'
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
  if (!written.ok) throw slowDrop(deps, c, database, table, written.error) ?? writeRefusal(written.error)
  await deps.columnTypes.follow(database.name, { table: table.name, to: null, columns: new Map() })
  const effects = written.value.may.filter((change) => change.table !== table.name)
  await deps.trackEvents(c, [{ ...dropped, effects }])
}

/** The refusal that names what to do where a drop takes long because SQLite looks for referring rows without an index; null otherwise. */
function slowDrop(
  { permissions }: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  failure: WriteFailure,
): HttpError | null {
  if (failure.reason !== 'interrupted') return null
  const slow = referringKeys(permissions, c.get('actor'), database, table.name).filter(
    (key) => !key.isIndexed,
  )
  if (slow.length === 0) return null
  const tables = [...new Set(slow.map((key) => key.table))].join(' and of ')
  const indexes = slow.map((key) => `${key.table}.${key.columns[0]}`).join(' and on ')
  return new HttpError(
    400,
    `The write took too long, and nothing was changed: for each row SQLite looks through all rows of ${tables}. Add an index on ${indexes}, and drop the table then.`,
  )
}
