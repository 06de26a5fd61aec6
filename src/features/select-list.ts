import type { Table } from '../database/database.ts'
import { quoteIdentifier } from '../database/quote-identifier.ts'
import { rowKeyOf } from './row-key.ts'

/**
 * Writes the name of a value of a row as SQL. The row number stays bare: it is no column, and SQLite reads a quoted
 * name that means nothing as text.
 */
export function columnSql(table: Table): (name: string) => string {
  const key = rowKeyOf(table)
  return (name) => (key.kind === 'rowid' && name === key.name ? name : quoteIdentifier(name))
}

/** Writes names of values as the list behind `select` or `returning`, so that the answer has them under these names. */
export function selectList(table: Table, names: readonly string[]): string {
  const key = rowKeyOf(table)
  // SQLite calls the row number `rowid` in its answer, whatever it was called in the question.
  const renamed = key.kind === 'rowid' && key.name !== 'rowid' ? key.name : null
  const column = columnSql(table)
  return names
    .map((name) => (name === renamed ? `${name} as ${quoteIdentifier(name)}` : column(name)))
    .join(', ')
}
