import { columnSql } from '../../../database/column-sql.ts'
import type { Table, WriteStatement } from '../../../database/database.ts'
import { keyNames } from '../../../database/row-key.ts'
import type { NewRow } from '../values/cell-value.ts'
import { conflictSql, insertSql, upsertClause } from './insert-sql.ts'

/**
 * One statement for each row: a row whose key is there gets the values that were sent, and keeps the others. New rows
 * are written with all columns that any row has, and a column that one leaves out becomes NULL in it, as in Datasette. `mayDelete`: whether rows
 * that are in the way may be deleted.
 */
export function upserts(
  table: Table,
  rows: readonly NewRow[],
  mayDelete: boolean,
): readonly WriteStatement[] {
  const column = columnSql(table)
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  const key = keyNames(table)
  const conflict = conflictSql(table, column, 'fail', { mayDelete, added: [] })
  const into = insertSql(table, column, conflict, names, new Set(names))
  return rows.map((row) => ({
    sql: `${into} ${upsertClause(column, key, row.keys())}`,
    params: names.map((name) => row.get(name) ?? null),
  }))
}
