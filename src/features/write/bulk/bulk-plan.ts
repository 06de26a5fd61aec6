import { columnSql } from '../../../database/column-sql.ts'
import type { Table, WriteStatement } from '../../../database/database.ts'
import { keyNames } from '../../../database/row-key.ts'
import { columnsToAdd } from '../rows/added-columns.ts'
import { conflictSql, insertSql, upsertClause } from '../rows/insert-sql.ts'
import type { BulkOptions } from './bulk-options.ts'
import type { SpooledRows } from './spool-rows.ts'

/** A bulk write as SQL, to be run in one transaction. */
export type BulkPlan = {
  /** Statements that add missing columns; they run first. */
  readonly alterations: readonly WriteStatement[]
  /** One statement for each shape of rows, in the order of the shapes. */
  readonly statements: readonly string[]
}

/**
 * Plans a bulk write. All rows are written with all columns that any of them has, and a column that one leaves out becomes
 * NULL in it, as with a list of rows in JSON; an upsert leaves it as it is in a row that is there. `mayDelete`: whether rows that are
 * in the way may be deleted.
 */
export function bulkPlan(
  table: Table,
  { added, columns, shapes }: SpooledRows,
  onConflict: BulkOptions['onConflict'] | 'update',
  mayDelete: boolean,
): BulkPlan {
  const column = columnSql(table)
  const key = keyNames(table)
  const rights = { mayDelete, added: added.keys() }
  const conflict = conflictSql(table, column, onConflict === 'update' ? 'fail' : onConflict, rights)
  return {
    alterations: columnsToAdd(table, added).statements,
    statements: shapes.map((shape) => {
      const given = new Set(shape)
      // A statement binds the values of a row in the order in which they were sent.
      const ordered = [...shape, ...[...columns].filter((name) => !given.has(name))]
      const into = insertSql(table, column, conflict, ordered, given)
      return onConflict === 'update' ? `${into} ${upsertClause(column, key, shape)}` : into
    }),
  }
}
