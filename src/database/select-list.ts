import { columnSql } from './column-sql.ts'
import type { Table } from './database.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import { rowKeyOf } from './row-key.ts'

/** Writes names of values as the list behind `select` or `returning`, so that the answer has them under these names. */
export function selectList(table: Table, names: readonly string[]): string {
  const key = rowKeyOf(table)
  // SQLite calls the row number `rowid` in its answer, whatever it was called in the question.
  const renamed = key.kind === 'rowid' && key.name !== 'rowid' ? key.name : null
  const column = columnSql(table)
  return names
    .map((name) => (name === renamed ? `${name} as ${quoteIdentifier(name)}` : column(name).sql))
    .join(', ')
}
