import type { Column, Table } from './database.ts'
import { foldName } from './fold-name.ts'

/** How the rows of a table are told apart and ordered. */
export type RowKey =
  /** By its primary key. */
  | { readonly kind: 'columns'; readonly columns: readonly Column[] }
  /** By SQLite's own row number, under the name that no column of the table has taken. */
  | { readonly kind: 'rowid'; readonly name: RowidName }
  /** Not at all: a view, or a table that named its columns after the row number. Only their place tells rows apart. */
  | { readonly kind: 'none' }

export type RowidName = (typeof ROWID_NAMES)[number]

/** The names under which SQLite offers the row number of a table. */
const ROWID_NAMES = ['rowid', '_rowid_', 'oid'] as const

/** Finds what tells the rows of this table apart. */
export function rowKeyOf(table: Table): RowKey {
  if (table.kind === 'view') return { kind: 'none' }
  if (table.primaryKeys.length > 0) return { kind: 'columns', columns: keyColumns(table) }
  const name = rowidNameOf(table)
  return name === null ? { kind: 'none' } : { kind: 'rowid', name }
}

/** A name for the row number that means no column of this table; null when all are taken. Names ignore case. */
export function rowidNameOf(table: Table): RowidName | null {
  return freeRowidName(table.columns.map((column) => column.name))
}

/** A name for the row number that is none of these names of columns. */
export function freeRowidName(columns: readonly string[]): RowidName | null {
  const taken = new Set(columns.map(foldName))
  return ROWID_NAMES.find((name) => !taken.has(name)) ?? null
}

/** The names of the values of a row, in the order in which rows are sent. A table without a key of its own shows its row number first. */
export function selectedColumns(table: Table): readonly string[] {
  const key = rowKeyOf(table)
  const names = table.columns.map((column) => column.name)
  return key.kind === 'rowid' ? [key.name, ...names] : names
}

/** The names of the values that tell rows apart, as they stand in a row; empty when nothing does. */
export function keyNames(table: Table): readonly string[] {
  const key = rowKeyOf(table)
  switch (key.kind) {
    case 'columns':
      return key.columns.map(({ name }) => name)
    case 'rowid':
      return [key.name]
    case 'none':
      return []
  }
}

/**
 * Whether two rows may have the same key. SQLite lets NULL into every primary key except that of a table without
 * rowid and an `INTEGER PRIMARY KEY`, and NULLs are never equal (sqlite.org/quirks.html).
 */
export function mayRepeat(key: RowKey): boolean {
  return key.kind === 'columns' && !isRowNumber(key) && key.columns.some((column) => !column.notNull)
}

/** Whether the key is the row number, under its own name or as an `INTEGER PRIMARY KEY`. */
export function isRowNumber(key: RowKey): boolean {
  if (key.kind !== 'columns') return key.kind === 'rowid'
  const [only, ...others] = key.columns
  return only !== undefined && others.length === 0 && only.type.toUpperCase() === 'INTEGER'
}

function keyColumns(table: Table): readonly Column[] {
  return table.primaryKeys.flatMap((name) => table.columns.filter((column) => column.name === name))
}
