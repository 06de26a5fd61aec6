import type { DatabaseSync } from 'node:sqlite'
import type { ForeignKey, ForeignKeys } from './database.ts'
import { foldName } from './fold-name.ts'

// One statement for the whole database: SQLite answers the table functions from the schema in memory.
const ALL_FOREIGN_KEYS = `
  SELECT m.name AS "table", k.id, k."from", k."table" AS other_table, k."to"
  FROM sqlite_schema AS m, temp.pragma_foreign_key_list(m.name) AS k
  WHERE m.type = 'table'`

const ALL_PRIMARY_KEYS = `
  SELECT m.name AS "table", c.name AS "column"
  FROM sqlite_schema AS m, temp.pragma_table_info(m.name) AS c
  WHERE m.type = 'table' AND c.pk > 0`

/**
 * Every foreign key of a database, by table name. Keys of several columns and keys to tables that do not
 * exist are left out, as in Datasette. A key that names no column refers to the other table's primary key.
 * Those that come in are sorted by the other table, then by column; those that go out stand as SQLite lists them, the
 * last declared first, which is the one that counts where a column has several.
 */
export function readForeignKeys(
  handle: DatabaseSync,
  tableNames: readonly string[],
): ReadonlyMap<string, ForeignKeys> {
  const declared = handle
    .prepare(ALL_FOREIGN_KEYS)
    .all()
    .map((row) => ({
      table: String(row['table']),
      id: String(row['id']),
      column: String(row['from']),
      otherTable: String(row['other_table']),
      otherColumn: row['to'] === null ? null : String(row['to']),
    }))
  const columnCounts = Map.groupBy(declared, ({ table, id }) => `${id} ${table}`)
  const primaryKeys = declared.some(({ otherColumn }) => otherColumn === null)
    ? readPrimaryKeys(handle)
    : null
  const exactNames = new Map(tableNames.map((name) => [foldName(name), name]))

  const outgoing = new Map<string, ForeignKey[]>(tableNames.map((name) => [name, []]))
  const incoming = new Map<string, ForeignKey[]>(tableNames.map((name) => [name, []]))
  for (const { table, id, column, otherTable: written, otherColumn: named } of declared) {
    const otherTable = exactNames.get(foldName(written))
    const otherColumn = named ?? primaryKeys?.get(foldName(written))
    const isSingle = columnCounts.get(`${id} ${table}`)?.length === 1
    if (!isSingle || otherTable === undefined || otherColumn === undefined) continue
    outgoing.get(table)?.push({ column, otherTable, otherColumn })
    incoming.get(otherTable)?.push({ column: otherColumn, otherTable: table, otherColumn: column })
  }
  return new Map(
    tableNames.map((name) => [
      name,
      { outgoing: outgoing.get(name) ?? [], incoming: sortedForeignKeys(incoming.get(name) ?? []) },
    ]),
  )
}

/** The primary key column of each table that has exactly one, by table name in lower case. */
function readPrimaryKeys(handle: DatabaseSync): ReadonlyMap<string, string> {
  const rows = handle.prepare(ALL_PRIMARY_KEYS).all()
  const byTable = Map.groupBy(rows, (row) => foldName(String(row['table'])))
  return new Map(
    [...byTable].flatMap(([table, [first, ...others]]) =>
      first !== undefined && others.length === 0 ? [[table, String(first['column'])] as const] : [],
    ),
  )
}

/** Foreign keys by the other table, then by column. */
export function sortedForeignKeys(keys: readonly ForeignKey[]): readonly ForeignKey[] {
  return keys.toSorted(
    (a, b) =>
      compare(a.otherTable, b.otherTable) ||
      compare(a.column, b.column) ||
      compare(a.otherColumn, b.otherColumn),
  )
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
