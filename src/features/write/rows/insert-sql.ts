import type { ColumnSql } from '../../../database/column-sql.ts'
import type { Table } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { keyNames } from '../../../database/row-key.ts'
import { sqlTokens } from '../../../database/sql-text.ts'
import type { InsertRequest } from './insert-request.ts'

/** Finds the SQL for the name of a column. */
export type ColumnNamer = (name: string) => ColumnSql

/** How an insert begins, and what follows its values: what happens to rows that are there. */
export type ConflictSql = { readonly verb: string; readonly clause: string }

/**
 * What an insert does where rows are in its way. Who may not delete rows replaces only the one with the same primary key: it gets all
 * values of the new one, those that were not sent too, and another row in the way fails the statement. `added` are columns that the
 * table does not have yet.
 */
export function conflictSql(
  table: Table,
  column: ColumnNamer,
  onConflict: InsertRequest['onConflict'],
  { mayDelete, added }: { readonly mayDelete: boolean; readonly added: Iterable<string> },
): ConflictSql {
  if (onConflict === 'ignore' || (onConflict === 'replace' && mayDelete)) {
    return { verb: `insert or ${onConflict}`, clause: '' }
  }
  const key = keyNames(table)
  const isUpdate = onConflict === 'replace' && key.length > 0
  const stored = table.columns.filter(({ hidden }) => hidden === 0).map(({ name }) => name)
  return {
    verb: `insert${orAbort(table, mayDelete)}`,
    clause: isUpdate ? ` ${upsertClause(column, key, [...stored, ...added])}` : '',
  }
}

/** What follows the verb of a statement for who may not delete rows, where the schema says that those in the way are deleted. */
export function orAbort(table: Table, mayDelete: boolean): '' | ' or abort' {
  return mayDelete || !replacesRows(table) ? '' : ' or abort'
}

/** Whether a key of the table is declared with `ON CONFLICT REPLACE`. */
function replacesRows(table: Table): boolean {
  const words = [...sqlTokens(table.sql)]
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''))
  return words.some((word, place) => word === 'conflict' && words[place + 1] === 'replace')
}

/**
 * The statement that writes a row with values for these columns; those that are not `given` are NULL. It has a placeholder for each
 * given column, in the order of `columns`.
 */
export function insertSql(
  table: Table,
  column: ColumnNamer,
  { verb, clause }: ConflictSql,
  columns: readonly string[],
  given: ReadonlySet<string>,
): string {
  const target = quoteIdentifier(table.name)
  if (columns.length === 0) return `${verb} into ${target} default values`
  const values = columns.map((name) => (given.has(name) ? '?' : 'null'))
  return `${verb} into ${target} (${listOf(column, columns)}) values (${values.join(', ')})${clause}`
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
