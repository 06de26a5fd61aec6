import { columnSql } from '../../../database/column-sql.ts'
import type { Table, WriteStatement } from '../../../database/database.ts'
import { selectedColumns } from '../../../database/row-key.ts'
import { selectList } from '../../../database/select-list.ts'
import { addedColumns } from './added-columns.ts'
import type { InsertRequest } from './insert-request.ts'
import { conflictSql, insertSql } from './insert-sql.ts'

/** An insert as SQL, to be run in one transaction. */
export type InsertPlan = {
  /** Statements that add missing columns; they run first. */
  readonly alterations: readonly WriteStatement[]
  /** One statement for each row, in order. */
  readonly inserts: readonly WriteStatement[]
  /** The names of the values that each insert returns. */
  readonly returned: readonly string[]
}

/**
 * Plans an insert. When rows are returned, each is written with its own columns, and a column that it leaves out
 * gets its default. Otherwise all rows are written with all columns that any of them has, and a column that one
 * leaves out becomes NULL in it, as in Datasette. `mayDelete`: whether rows that are in the way may be deleted.
 */
export function insertPlan(
  table: Table,
  { rows, returnsRows, onConflict }: Omit<InsertRequest, 'addsColumns'>,
  mayDelete: boolean,
): InsertPlan {
  const added = addedColumns(table, rows)
  const returned = returnsRows ? [...selectedColumns(table), ...added.names] : []
  const together = returnsRows ? null : [...new Set(rows.flatMap((row) => [...row.keys()]))]

  const column = columnSql(table)
  const conflict = conflictSql(table, column, onConflict, { mayDelete, added: added.names })
  const into = (names: readonly string[]) => insertSql(table, column, conflict, names, new Set(names))
  const intoTogether = together === null ? null : into(together)
  const returning = returnsRows ? ` returning ${selectList(table, returned)}` : ''

  return {
    alterations: added.statements,
    inserts: rows.map((row) => {
      const names = together ?? [...row.keys()]
      const sql = (intoTogether ?? into(names)) + returning
      return { sql, params: names.map((name) => row.get(name) ?? null) }
    }),
    returned,
  }
}
