import { affinityOf, parseInteger } from '../../../database/affinity.ts'
import type { Table } from '../../../database/database.ts'
import { formatFileRow } from '../../../database/rows-file.ts'
import type { SqlValue } from '../../../database/values.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { Upload } from '../../../uploads/uploads.ts'
import { SeenTypes, writableColumns } from '../rows/added-columns.ts'
import type { ColumnChecks } from '../column-types/column-types.ts'
import { columnLimitFault } from '../values/column-limit.ts'
import type { BulkFormat } from '../requests/body-format.ts'
import { rowFault, type SentRow } from './sent-rows.ts'

/** What rows must be like. */
export type SpoolRules = {
  readonly table: Table
  readonly format: BulkFormat
  /** Whether rows may have columns that the table does not have. */
  readonly addsColumns: boolean
  /** Columns that every row must have a value for. */
  readonly required: readonly string[]
  readonly checks: ColumnChecks
  readonly maxRows: number
}

/** Rows that were checked and stand in a file. */
export type SpooledRows = {
  readonly rowCount: number
  /** Every column that any row has, in the order in which they came. */
  readonly columns: ReadonlySet<string>
  /** Of rows with columns that the table does not have: their columns, each with the type that holds its values. */
  readonly added: ReadonlyMap<string, string>
  /** The different lists of columns that rows have; the rows in the file name one of them as their statement. */
  readonly shapes: readonly (readonly string[])[]
}

/** Characters of the statements for all the different lists of columns together. */
const MAX_STATEMENT_CHARACTERS = 1_000_000

/** Throws the 400 for names in the first line of CSV that no row could have. */
export function judgeNames(names: readonly string[], { table, addsColumns, required }: SpoolRules): void {
  const unknown = unknownNames(names, writableColumns(table))
  if (unknown.length > 0 && !addsColumns) {
    const isOne = names.length === 1 && /[;\t]/.test(names.join())
    const hint = isOne ? '. Columns are separated by commas' : ''
    throw new HttpError(400, `Line 1 has invalid columns: ${unknown.join(', ')}${hint}`)
  }
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new HttpError(400, `Line 1 is missing primary key column(s): ${quoted(missing)}`)
}

const unknownNames = (names: readonly string[], known: ReadonlySet<string>): readonly string[] =>
  names.filter((name) => !known.has(name)).sort()

/** Checks rows as they arrive and puts them into the file of an upload. Throws the 400 for the first that cannot be written. */
export async function spoolRows(
  batches: AsyncIterable<readonly SentRow[]>,
  rules: SpoolRules,
  upload: Upload,
): Promise<SpooledRows> {
  const shapes = new Shapes(rules)
  const types = new SeenTypes()
  let rowCount = 0
  for await (const rows of batches) {
    for (const row of rows) {
      if (rowCount === rules.maxRows)
        throw rowFault(row, `too many rows, maximum allowed is ${rules.maxRows}`)
      const shape = shapes.of(row)
      shape.judge(row)
      if (shape.isNew) seeTypes(types, row)
      await upload.add(formatFileRow({ line: row.line, statement: shape.place, values: row.values }))
      rowCount += 1
    }
  }
  await upload.flush()
  return { rowCount, columns: shapes.columns, added: types.found(), shapes: shapes.list }
}

function seeTypes(types: SeenTypes, { names, values }: SentRow): void {
  for (const [place, name] of names.entries()) types.see(name, values[place] ?? null)
}

/** What is known of all rows with the same columns. */
type Shape = {
  readonly place: number
  /** Whether it has columns that the table does not have. */
  readonly isNew: boolean
  /** Throws the 400 for a value that cannot be written. */
  judge(row: SentRow): void
}

class Shapes {
  readonly list: (readonly string[])[] = []
  readonly #rules: SpoolRules
  readonly #known: ReadonlySet<string>
  readonly columns = new Set<string>()
  readonly #byNames = new Map<string, Shape>()
  #nameCharacters = 0
  #last: { readonly names: readonly string[]; readonly shape: Shape } | null = null

  constructor(rules: SpoolRules) {
    this.#rules = rules
    this.#known = writableColumns(rules.table)
  }

  /** The shape of a row. Most rows have that of the row before. */
  of(row: SentRow): Shape {
    if (this.#last !== null && isSameList(this.#last.names, row.names)) return this.#last.shape
    const key = JSON.stringify(row.names)
    const shape = this.#byNames.get(key) ?? this.#add(key, row)
    this.#last = { names: row.names, shape }
    return shape
  }

  #add(key: string, row: SentRow): Shape {
    const { addsColumns, checks, format, required, table } = this.#rules
    const unknown = unknownNames(row.names, this.#known)
    if (unknown.length > 0 && !addsColumns) throw rowFault(row, `invalid columns: ${unknown.join(', ')}`)
    const missing = required.filter((name) => !row.names.includes(name))
    if (missing.length > 0) throw rowFault(row, `missing primary key column(s): ${quoted(missing)}`)

    for (const name of row.names.filter((one) => !this.columns.has(one))) {
      this.columns.add(name)
      this.#nameCharacters += name.length + 8
    }
    const fault = addsColumns ? columnLimitFault(this.#known, this.columns) : null
    if (fault !== null) throw new HttpError(400, fault)
    if ((this.list.length + 1) * this.#nameCharacters > MAX_STATEMENT_CHARACTERS) {
      const next = 'Send rows with the same columns together, or null for what a row does not have.'
      throw rowFault(row, `too many rows so far had columns that no other row had. ${next}`)
    }
    const shape = {
      place: this.list.length,
      isNew: unknown.length > 0,
      judge: judgeValues(row.names, required, checks, format === 'csv' ? integerColumns(table) : new Set()),
    }
    this.list.push(row.names)
    this.#byNames.set(key, shape)
    return shape
  }
}

function judgeValues(
  names: readonly string[],
  required: readonly string[],
  checks: ColumnChecks,
  exact: ReadonlySet<string>,
): (row: SentRow) => void {
  const keyPlaces = required.map((name) => names.indexOf(name))
  const exactPlaces = names.flatMap((name, place) => (exact.has(name) ? [place] : []))
  const checkedPlaces = names.flatMap((name, place) => {
    const check = checks.get(name)
    return check === undefined ? [] : [{ place, check }]
  })
  return (row) => {
    for (const { place, check } of checkedPlaces) {
      const fault = check(row.values[place] ?? null)
      if (fault !== null) throw rowFault(row, fault)
    }
    const empty = keyPlaces.filter((place) => row.values[place] === null)
    if (empty.length > 0) {
      const columns = quoted(empty.map((place) => names[place] ?? ''))
      throw rowFault(row, `null primary key column(s): ${columns}`)
    }
    if (exactPlaces.some((place) => isTooLarge(row.values[place]))) {
      throw rowFault(row, 'Integer is too large for SQLite, which stores 64 bits')
    }
  }
}

/** Columns in which SQLite would make a float of an integer of more than 64 bits, and lose digits. In those for floats that is what they are for. */
function integerColumns({ columns }: Table): ReadonlySet<string> {
  const isExact = (type: string) => affinityOf(type) === 'numeric' && !/REAL|FLOA|DOUB/iu.test(type)
  return new Set(columns.filter(({ type }) => isExact(type)).map(({ name }) => name))
}

function isTooLarge(value: SqlValue | undefined): boolean {
  return (
    typeof value === 'string' && /^\s*[+-]?\d{19,}\s*$/u.test(value) && parseInteger(value.trim()) === null
  )
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((name, place) => name === other[place]))
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
