import type { ExactJson, ExactObject } from '../../http/exact-json.ts'
import { foldName } from '../../database/fold-name.ts'
import { HttpError } from '../../http/http-error.ts'
import { fail, ok, type Result } from '../../result.ts'
import { COLUMN_TYPES, DEFAULT_EXPRESSIONS } from '../write/tables/column-definition.ts'
import { MAX_COLUMNS } from '../write/values/column-limit.ts'

/** A column as a form shows it: what was written, right or wrong. */
export type ColumnForm = {
  /** What the column is called now; null for one to be made. */
  readonly was: string | null
  /** Empty for a line that nobody filled in. */
  readonly name: string
  /** A type that the write API names, or `KEPT` for one that only SQLite knows. */
  readonly type: string
  readonly notNull: boolean
  readonly isKey: boolean
  /** `NO_DEFAULT`, `WRITTEN`, `KEPT`, or an expression that the write API names. */
  readonly defaultKind: string
  /** The value for `WRITTEN`. */
  readonly defaultText: string
  /** The table that it refers to; empty for none. */
  readonly fkTable: string
  /** The column there; empty for the primary key. */
  readonly fkColumn: string
  readonly isDropped: boolean
  /** Where it stands, counted from 1, as it was written. */
  readonly position: string
}

/** Leaves a type or a default as it is. */
export const KEPT = 'as-it-is'
/** The column has no default. */
export const NO_DEFAULT = 'none'
/** The default is the value that stands beside the choice. */
export const WRITTEN = 'value'

/** A line for a new column. */
export const EMPTY_COLUMN: ColumnForm = {
  was: null,
  name: '',
  type: 'text',
  notNull: false,
  isKey: false,
  defaultKind: NO_DEFAULT,
  defaultText: '',
  fkTable: '',
  fkColumn: '',
  isDropped: false,
  position: '',
}

/** The parts of a column that a form posts under `column.N.`. */
export type ColumnField =
  | 'was'
  | 'name'
  | 'type'
  | 'not_null'
  | 'key'
  | 'default'
  | 'default_value'
  | 'fk_table'
  | 'fk_column'
  | 'drop'
  | 'position'

/** The name of a field of a column. The script of the page counts in it. */
export const columnField = (place: number | string, field: ColumnField): string => `column.${place}.${field}`

/** Reads the columns of a form, which are counted without gaps. Throws the 400 for more than a table can have. */
export function readColumns(fields: URLSearchParams): readonly ColumnForm[] {
  // URLSearchParams looks through all of its fields for each. The first of a name counts there, the last in a Map.
  const posted = new Map([...fields].toReversed())
  const columns: ColumnForm[] = []
  for (let place = 0; posted.has(columnField(place, 'name')); place += 1) {
    if (place === MAX_COLUMNS) {
      throw new HttpError(400, `Too many columns, maximum allowed is ${MAX_COLUMNS}. Nothing was changed.`)
    }
    const text = (field: ColumnField, otherwise = '') => posted.get(columnField(place, field)) ?? otherwise
    columns.push({
      was: posted.get(columnField(place, 'was')) ?? null,
      name: text('name').trim(),
      type: text('type', 'text'),
      notNull: text('not_null') !== '',
      isKey: text('key') !== '',
      defaultKind: text('default', NO_DEFAULT),
      defaultText: text('default_value'),
      fkTable: text('fk_table').trim(),
      fkColumn: text('fk_column').trim(),
      isDropped: text('drop') !== '',
      position: text('position').trim(),
    })
  }
  return columns
}

/** The columns that somebody filled in: a line without a name is left out. */
export function namedColumns(columns: readonly ColumnForm[]): readonly ColumnForm[] {
  return columns.filter(({ was, name }) => was !== null || name !== '')
}

/** A message for each field that is wrong, by the field's name. */
export type FieldErrors = ReadonlyMap<string, string>

/** What is wrong with columns by themselves. */
export function columnErrors(columns: readonly ColumnForm[], tables: ReadonlySet<string>): FieldErrors {
  const errors = new Map<string, string>()
  const taken = new Set<string>()
  for (const [place, column] of columns.entries()) {
    if (column.isDropped || (column.was === null && column.name === '')) continue
    // SQLite takes names that differ in case for the same.
    const name = foldName(column.name)
    if (name === '') errors.set(columnField(place, 'name'), 'A column needs a name')
    else if (taken.has(name)) errors.set(columnField(place, 'name'), 'Another column has this name')
    taken.add(name)
    const isKept = column.was !== null
    if (!COLUMN_TYPES.has(column.type) && !(isKept && column.type === KEPT)) {
      errors.set(columnField(place, 'type'), 'Choose one of the types')
    }
    const isDefault = [NO_DEFAULT, WRITTEN].includes(column.defaultKind)
    const isNamed = DEFAULT_EXPRESSIONS.has(column.defaultKind)
    if (!isDefault && !isNamed && !(isKept && column.defaultKind === KEPT)) {
      errors.set(columnField(place, 'default'), 'Choose one of these')
    }
    const value = defaultValue(column)
    if (!value.ok) errors.set(columnField(place, 'default_value'), value.error)
    if (column.fkTable !== '' && !tables.has(column.fkTable)) {
      errors.set(columnField(place, 'fk_table'), `There is no table called ${column.fkTable}`)
    }
    if (column.fkTable === '' && column.fkColumn !== '') {
      errors.set(columnField(place, 'fk_table'), 'Which table is that column in?')
    }
  }
  return errors
}

/** The type of a new column, as a body of the write API says it. */
export const typeArgument = ({ type }: ColumnForm): ExactObject => (type === KEPT ? {} : { type })

/** The default of a column, as a body of the write API says it; nothing for none. Wrong values are for `columnErrors`. */
export function defaultArgument(column: ColumnForm): ExactObject {
  if (column.defaultKind === NO_DEFAULT || column.defaultKind === KEPT) return {}
  if (column.defaultKind !== WRITTEN) return { default_expr: column.defaultKind }
  const value = defaultValue(column)
  return value.ok ? { default: value.value } : {}
}

/** The foreign key of a column, as a body of the write API says it; nothing for none. */
export function referenceArgument({ fkTable, fkColumn }: ColumnForm): ExactObject {
  if (fkTable === '') return {}
  return { fk_table: fkTable, ...(fkColumn !== '' && { fk_column: fkColumn }) }
}

/** The written default as a value of the column's type. */
function defaultValue({ type, defaultKind, defaultText }: ColumnForm): Result<ExactJson, string> {
  if (defaultKind !== WRITTEN) return ok(null)
  const text = defaultText.trim()
  switch (type) {
    case 'integer':
      return /^-?\d{1,19}$/.test(text) ? ok(BigInt(text)) : fail('Write a whole number')
    case 'float':
      return text !== '' && Number.isFinite(Number(text)) ? ok(Number(text)) : fail('Write a number')
    default:
      return ok(defaultText)
  }
}
