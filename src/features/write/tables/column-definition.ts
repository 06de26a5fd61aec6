import { foldName } from '../../../database/fold-name.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { sqlLiteral } from '../../../database/sql-literal.ts'
import { isObject, type ExactJson, type ExactObject } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { unknownKeys } from '../../json/body-options.ts'
import { cellValue } from '../values/cell-value.ts'

/** A column to be made. */
export type NewColumn = {
  readonly name: string
  /** As SQLite declares it. */
  readonly type: string
  readonly notNull: boolean
  /** The default as SQL, or null for none. */
  readonly defaultSql: string | null
  readonly references: Reference | null
}

/** What a foreign key points to; no column stands for the other table's primary key. */
export type Reference = { readonly table: string; readonly column: string | null }

/** The types that a body can name. */
export const COLUMN_TYPES: ReadonlyMap<string, string> = new Map([
  ['text', 'TEXT'],
  ['integer', 'INTEGER'],
  ['float', 'REAL'],
  ['blob', 'BLOB'],
])

/** The expressions that a body can name as a default. */
export const DEFAULT_EXPRESSIONS: ReadonlyMap<string, string> = new Map([
  ['current_timestamp', 'CURRENT_TIMESTAMP'],
  ['current_date', 'CURRENT_DATE'],
  ['current_time', 'CURRENT_TIME'],
  ['current_unixtime', "(CAST(strftime('%s', 'now') AS INTEGER))"],
  ['current_unixtime_ms', "(CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"],
])

const KNOWN_KEYS = ['name', 'type', 'not_null', 'default', 'default_expr', 'fk_table', 'fk_column']

/** Reads a column of a body; `place` is where it stands, for the message of the failure. */
function parseColumn(sent: ExactObject, place: string): Result<NewColumn, string> {
  const name = sent['name']
  if (typeof name !== 'string' || name === '') return fail('Column name is required')
  // What is empty counts as not sent, as in Datasette.
  const type = sent['type'] || 'text'
  if (typeof type !== 'string') return fail(`${place}.type: Input should be a valid string`)
  const declared = COLUMN_TYPES.get(type)
  if (declared === undefined) return fail(`Unsupported column type: ${type}`)
  const [extra] = unknownKeys(sent, KNOWN_KEYS)
  if (extra !== undefined) return fail(`${place}.${extra}: Extra inputs are not permitted`)
  const notNull = sent['not_null'] ?? false
  if (typeof notNull !== 'boolean') return fail(`${place}.not_null: Input should be a valid boolean`)

  const value = readDefault(sent)
  if (!value.ok) {
    const { key, message } = value.error
    return fail(`${key === null ? place : `${place}.${key}`}: ${message}`)
  }
  const references = parseReference(sent, place)
  if (!references.ok) return references
  return ok({
    name,
    type: declared,
    notNull,
    defaultSql: value.value?.sql ?? null,
    references: references.value,
  })
}

/** A default that a body asks for: SQL, or null where it says that there is to be none. */
export type ColumnDefault = { readonly sql: string | null }

/** Reads what a body says about a default; null when that is nothing. The failure has the key that it is about, if it is one. */
export function readDefault(sent: {
  readonly default?: ExactJson | undefined
  readonly default_expr?: ExactJson | undefined
}): Result<
  ColumnDefault | null,
  { readonly key: 'default' | 'default_expr' | null; readonly message: string }
> {
  const { default: value, default_expr: expression } = sent
  if (value !== undefined && expression !== undefined) {
    return fail({ key: null, message: 'Value error, default and default_expr cannot both be provided' })
  }
  if (expression === null) return fail({ key: null, message: 'Value error, default_expr cannot be null' })
  if (expression !== undefined) {
    const sql = typeof expression === 'string' ? DEFAULT_EXPRESSIONS.get(expression) : undefined
    if (sql !== undefined) return ok({ sql })
    return fail({ key: 'default_expr', message: `Input should be ${oneOf([...DEFAULT_EXPRESSIONS.keys()])}` })
  }
  if (value === undefined) return ok(null)
  const cell = cellValue(value)
  if (!cell.ok) return fail({ key: 'default', message: cell.error })
  return ok({ sql: cell.value === null ? null : sqlLiteral(cell.value) })
}

/** The words of a list of which one must be chosen. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`)
  return [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)].filter((part) => part !== '').join(' or ')
}

function parseReference(sent: ExactObject, place: string): Result<Reference | null, string> {
  const table = sent['fk_table'] ?? null
  const column = sent['fk_column'] ?? null
  if (table === null) return column === null ? ok(null) : fail(`${place}: fk_column requires fk_table`)
  if (typeof table !== 'string') return fail(`${place}.fk_table: Input should be a valid string`)
  if (column !== null && typeof column !== 'string') {
    return fail(`${place}.fk_column: Input should be a valid string`)
  }
  return ok({ table, column })
}

/** Reads the columns of a body. The failure is the message to show. */
export function parseColumns(sent: ExactJson, place: string): Result<readonly NewColumn[], string> {
  if (!isListOfObjects(sent))
    return fail(`${place} must be a list${Array.isArray(sent) ? ' of objects' : ''}`)
  const columns: NewColumn[] = []
  const taken = new Set<string>()
  const twice = new Set<string>()
  for (const [index, each] of sent.entries()) {
    const column = parseColumn(each, `${place}.${index}`)
    if (!column.ok) return column
    // SQLite takes names that differ in case for the same.
    const name = foldName(column.value.name)
    if (taken.has(name)) twice.add(column.value.name)
    taken.add(name)
    columns.push(column.value)
  }
  return twice.size > 0 ? fail(`Duplicate column name: ${[...twice].join(', ')}`) : ok(columns)
}

/** Whether the value is a list with nothing but objects in it. */
export function isListOfObjects(value: ExactJson | undefined): value is readonly ExactObject[] {
  return Array.isArray(value) && value.every(isObject)
}

/** A column as it stands in a CREATE TABLE or ALTER TABLE statement. */
export function columnDefinition(
  { name, type, notNull, defaultSql, references }: NewColumn,
  isKey: boolean,
): string {
  const to = references === null ? '' : ` REFERENCES ${quoteIdentifier(references.table)}`
  return [
    `${quoteIdentifier(name)} ${type}`,
    isKey ? ' PRIMARY KEY' : '',
    notNull ? ' NOT NULL' : '',
    defaultSql === null ? '' : ` DEFAULT ${defaultSql}`,
    references?.column == null ? to : `${to}(${quoteIdentifier(references.column)})`,
  ].join('')
}
