import { affinityOf, type Affinity } from './affinity.ts'
import type { Table } from './database.ts'
import { readableIdentifier } from './quote-identifier.ts'
import { rowKeyOf, type RowidName } from './row-key.ts'

/** A value of a row as SQL names it, and what becomes of values that are compared with it. */
export type ColumnSql = { readonly sql: string; readonly affinity: Affinity }

/** Finds the SQL for the name of a value: a column, the row number where that is the key, or a column still to be added. */
export function columnSql(table: Table): (name: string) => ColumnSql {
  const key = rowKeyOf(table)
  const types = new Map(table.columns.map(({ name, type }) => [name, type]))
  return (name) =>
    key.kind === 'rowid' && name === key.name
      ? rowidSql(key.name)
      : { sql: readableIdentifier(name), affinity: affinityOf(types.get(name) ?? '') }
}

/**
 * The row number under this name. It stays bare: it is no column, and SQLite reads a quoted name that means nothing
 * as text.
 */
export function rowidSql(name: RowidName): ColumnSql {
  return { sql: name, affinity: 'numeric' }
}
