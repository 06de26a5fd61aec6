import type { Column, Table } from '../../database/database.ts'
import { isRowNumber, rowKeyOf } from '../../database/row-key.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { sqliteTypeOf } from '../write/column-types/column-types.ts'

/** What a column is written with, and how what is written is read. */
export type FieldKind =
  /** A whole number of 64 bits. */
  | 'integer'
  /** Any number; whole ones are exact as well. */
  | 'number'
  /** No type is declared: what is a number is stored as one, everything else as text. */
  | 'any'
  | 'text'
  /** Text of several lines. */
  | 'long-text'
  | 'json'
  | 'email'
  | 'url'
  /** A day or a point in time, as text. */
  | 'date'
  | 'bytes'

/** A column that people can write. */
export type FormField = {
  readonly column: string
  /** As declared; empty without one. */
  readonly type: string
  readonly kind: FieldKind
  readonly isKey: boolean
  /** Whether it can hold NULL. A key cannot, whatever SQLite says: no address names such a row. */
  readonly isNullable: boolean
  /** What the database fills in when nothing is said, in words; null when it fills in nothing, as in a row that is there. */
  readonly filledWith: string | null
}

/** The columns that people can write, in order. Those that the database computes are `computedColumns`. */
export async function formFields(
  { columnTypes }: Pick<FeatureDeps, 'columnTypes'>,
  database: string,
  table: Table,
): Promise<readonly FormField[]> {
  const types = await columnTypes.of(database, table.name)
  const key = rowKeyOf(table)
  return table.columns
    .filter(({ hidden }) => hidden === 0)
    .map((column): FormField => {
      const isKey = column.pkPosition > 0
      return {
        column: column.name,
        type: column.type,
        kind: kindOf(column, types.get(column.name)?.type ?? null),
        isKey,
        isNullable: !column.notNull && !isKey,
        filledWith: isKey && isRowNumber(key) ? 'the next number' : column.defaultSql,
      }
    })
}

/** The columns that the database computes from the others. */
export function computedColumns(table: Table): readonly string[] {
  return table.columns.filter(({ hidden }) => hidden === 2 || hidden === 3).map(({ name }) => name)
}

/** Types of columns that ask for a field of their own (host.md §5.1). */
const TYPED: ReadonlyMap<string, FieldKind> = new Map([
  ['textarea', 'long-text'],
  ['json', 'json'],
  ['email', 'email'],
  ['url', 'url'],
])

/** SQLite's rules for declared types (sqlite.org/datatype3.html §3.1), and what names of dates say to people. */
function kindOf(column: Column, set: string | null): FieldKind {
  const type = sqliteTypeOf(column)
  switch (type) {
    case 'TEXT':
      return TYPED.get(set ?? '') ?? 'text'
    case 'INTEGER':
      return 'integer'
    case 'REAL':
      return 'number'
    case 'BLOB':
      return 'bytes'
    case 'JSON':
      return 'json'
    default:
      return /DATE|TIME/.test(type) ? 'date' : 'any'
  }
}
