import type { ColumnSql } from '../../../database/column-sql.ts'
import type { Table } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'

/** Finds the SQL for the name of a column. */
export type ColumnNamer = (name: string) => ColumnSql

/**
 * The statement that writes a row with values for these columns; those that are not `given` are NULL. It has a placeholder for each
 * given column, in the order of `columns`.
 */
export function insertSql(
  table: Table,
  column: ColumnNamer,
  verb: 'insert' | 'insert or ignore' | 'insert or replace',
  columns: readonly string[],
  given: ReadonlySet<string>,
): string {
  const target = quoteIdentifier(table.name)
  if (columns.length === 0) return `${verb} into ${target} default values`
  const values = columns.map((name) => (given.has(name) ? '?' : 'null'))
  return `${verb} into ${target} (${listOf(column, columns)}) values (${values.join(', ')})`
}

/** What follows an insert so that a row with the same key gets the given values, and keeps the others. */
export function upsertClause(column: ColumnNamer, key: readonly string[], given: Iterable<string>): string {
  const changes = [...given]
    .filter((name) => !key.includes(name))
    .map((name) => `${column(name).sql} = excluded.${column(name).sql}`)
  const action = changes.length === 0 ? 'do nothing' : `do update set ${changes.join(', ')}`
  return `on conflict (${listOf(column, key)}) ${action}`
}

const listOf = (column: ColumnNamer, names: readonly string[]): string =>
  names.map((name) => column(name).sql).join(', ')
