import type { Table, WriteStatement } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { columnTypes } from '../rows/added-columns.ts'
import { columnDefinition, type NewColumn } from './column-definition.ts'
import { columnLimitFault } from '../values/column-limit.ts'
import type { NewContent } from './create-request.ts'

/** A table that is not there yet. */
export type NewTable = {
  readonly name: string
  readonly columns: readonly NewColumn[]
  readonly primaryKeys: readonly string[]
}

/**
 * Plans a table for columns, or for rows with columns of the types that their values need. A single key that is not
 * among the columns is put before them, as a number that SQLite counts up. The failure is the message to show.
 */
export function newTable(
  name: string,
  primaryKeys: readonly string[],
  content: NewContent,
): Result<NewTable, string> {
  const columns =
    content.kind === 'columns'
      ? content.columns
      : Array.from(columnTypes(content.rows), ([column, type]) => plainColumn(column, type))
  const names = new Set(columns.map((column) => column.name))
  // Before any statement is made: each row is written with the columns of all.
  const tooMany = columnLimitFault(new Set(), [...names, ...primaryKeys])
  if (tooMany !== null) return fail(tooMany)
  const missing = primaryKeys.filter((key) => !names.has(key))
  if (primaryKeys.length > 1 && missing.length > 0) return fail(`pks: no such column: ${missing.join(', ')}`)
  const all = [...missing.map((key) => plainColumn(key, 'INTEGER')), ...columns]
  return all.length === 0
    ? fail('A table needs at least one column')
    : ok({ name, columns: all, primaryKeys })
}

/** The statement that makes the table, in the words of Datasette. */
export function createTable({ name, columns, primaryKeys }: NewTable): WriteStatement {
  const [only] = primaryKeys
  const single = primaryKeys.length === 1 ? only : undefined
  const lines = columns.map((column) => columnDefinition(column, column.name === single))
  if (primaryKeys.length > 1) lines.push(`PRIMARY KEY (${primaryKeys.map(quoteIdentifier).join(', ')})`)
  return { sql: `CREATE TABLE ${quoteIdentifier(name)} (\n   ${lines.join(',\n   ')}\n)`, params: [] }
}

/** The table as the schema will have it. */
export function asTable({ name, columns, primaryKeys }: NewTable): Table {
  return {
    name,
    kind: 'table',
    role: 'own',
    hidden: false,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      notNull: column.notNull,
      defaultSql: column.defaultSql,
      pkPosition: primaryKeys.indexOf(column.name) + 1,
      hidden: 0,
    })),
    primaryKeys,
    foreignKeys: { outgoing: [], incoming: [] },
    ftsTable: null,
    sql: '',
  }
}

function plainColumn(name: string, type: string): NewColumn {
  return { name, type, notNull: false, defaultSql: null, references: null }
}
