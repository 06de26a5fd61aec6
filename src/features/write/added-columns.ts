import type { Table, WriteStatement } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { rowKeyOf } from '../../database/row-key.ts'
import type { SqlValue } from '../../database/values.ts'
import type { NewRow } from './cell-value.ts'

/** What `"alter": true` does before rows are written. */
export type AddedColumns = {
  readonly names: readonly string[]
  /** One statement for each column. */
  readonly statements: readonly WriteStatement[]
}

/**
 * The columns that rows may have: the table's, and the row number where that is the key. The hidden columns of a
 * virtual table are none of them: full-text search takes commands there, and one deletes the index.
 */
export function writableColumns(table: Table): ReadonlySet<string> {
  const names = table.columns.filter(({ hidden }) => hidden !== HIDDEN).map(({ name }) => name)
  const key = rowKeyOf(table)
  return new Set(key.kind === 'rowid' ? [...names, key.name] : names)
}

/** The mark of a hidden column of a virtual table. */
const HIDDEN = 1

/** Adds the columns that rows have and the table does not, each with the type that holds its values. */
export function addedColumns(table: Table, rows: readonly NewRow[]): AddedColumns {
  const known = writableColumns(table)
  const types = [...columnTypes(rows)].filter(([name]) => !known.has(name))
  const target = quoteIdentifier(table.name)
  return {
    names: types.map(([name]) => name),
    statements: types.map(([name, type]) => ({
      sql: `alter table ${target} add column ${quoteIdentifier(name)} ${type}`,
      params: [],
    })),
  }
}

/** The columns of rows in the order in which they come, each with the type that holds its values. */
export function columnTypes(rows: readonly NewRow[]): ReadonlyMap<string, string> {
  const values = new Map<string, SqlValue[]>()
  for (const [name, value] of rows.flatMap((row) => [...row])) {
    const held = values.get(name)
    if (held === undefined) values.set(name, [value])
    else held.push(value)
  }
  return new Map(Array.from(values, ([name, held]) => [name, typeFor(held)]))
}

function typeFor(values: readonly SqlValue[]): string {
  const held = values.filter((value) => value !== null)
  if (held.length === 0) return 'TEXT'
  if (held.every((value) => typeof value === 'bigint')) return 'INTEGER'
  if (held.every((value) => typeof value === 'bigint' || typeof value === 'number')) return 'REAL'
  return held.every((value) => value instanceof Uint8Array) ? 'BLOB' : 'TEXT'
}
