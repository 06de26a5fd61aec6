import type { Column, Database, Table } from '../../database/database.ts'
import { isRowNumber, rowKeyOf } from '../../database/row-key.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Choice } from '../../ui/field.tsx'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeysOf } from '../foreign-key-labels.ts'
import { visitorLimits } from '../limits.ts'
import { maySeeTable } from '../visible-tables.ts'
import { sqliteTypeOf } from '../write/column-types/column-types.ts'
import { booleanChoices, NUMBERS } from './boolean-words.ts'

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
  /** A number that is declared with a name that SQLite does not know: text is taken as well. */
  | 'decimal'
  /** Yes or no, as numbers or words. */
  | 'boolean'
  /** A day, as text. */
  | 'date'
  /** A day and a time, as text. */
  | 'moment'
  /** A time of day, as text. */
  | 'time'
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
  /** How the column writes yes and no; empty where it is for something else. */
  readonly choices: readonly Choice[]
  /** The table to whose rows it refers, where this reader may see it. */
  readonly refersTo: string | null
}

/** The columns that people can write, in order. Those that the database computes are `computedColumns`. */
export async function formFields(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
): Promise<readonly FormField[]> {
  const types = await deps.columnTypes.of(database.name, table.name)
  const key = rowKeyOf(table)
  const seen = maySeeTable(deps.permissions, c.get('actor'), database, table.name)
  const columns = table.columns.filter(({ hidden }) => hidden === 0)
  const references = foreignKeysOf(
    deps,
    c.get('actor'),
    database,
    table,
    columns.map(({ name }) => name),
  )
  const fields: FormField[] = []
  for (const column of columns) {
    const isKey = column.pkPosition > 0
    const kind = kindOf(column, types.get(column.name)?.type ?? null)
    const isHeld = kind === 'boolean' && seen
    const words = isHeld
      ? await booleanChoices(database, table, column.name, visitorLimits(deps, c))
      : NUMBERS
    fields.push({
      column: column.name,
      type: column.type,
      kind,
      isKey,
      isNullable: !column.notNull && !isKey,
      filledWith: isKey && isRowNumber(key) ? 'the next number' : column.defaultSql,
      choices: kind === 'boolean' ? words : [],
      refersTo: references.get(column.name)?.otherTable ?? null,
    })
  }
  return fields
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

/** Names that SQLite takes for any number, and what they say to people. */
const DECLARED: readonly (readonly [RegExp, FieldKind])[] = [
  [/DATETIME|TIMESTAMP/, 'moment'],
  [/DATE/, 'date'],
  [/TIME/, 'time'],
  [/BOOL/, 'boolean'],
  [/DEC|NUMERIC|NUMBER|MONEY/, 'decimal'],
]

/** SQLite's rules for declared types (sqlite.org/datatype3.html §3.1), and what other names say to people. */
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
      return DECLARED.find(([names]) => names.test(type))?.[1] ?? 'any'
  }
}
