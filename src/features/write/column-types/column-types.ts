import { affinityOf } from '../../../database/affinity.ts'
import type { Column, Table } from '../../../database/database.ts'
import type { SqlValue } from '../../../database/values.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import type { NewRow } from '../values/cell-value.ts'

/** Finds what is wrong with a value that is neither NULL nor empty, in words; null for nothing. */
type Check = (value: SqlValue) => string | null

/** The types that a column can have, each with the check of what is written to it (host.md §5.1, §10.2). All are for text. */
const TYPES: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['url', (value) => checkText(value, 'URL', isUrl, 'Invalid URL')],
  ['email', (value) => checkText(value, 'Email', isEmail, 'Invalid email address')],
  ['json', (value) => (typeof value === 'string' && !isJson(value) ? 'Invalid JSON' : null)],
  ['textarea', () => null],
])

const isUrl = (text: string): boolean => /^https?:\/\/\S+$/.test(text)

/** Characters on each side of the `@`. */
const MAX_EMAIL_SIDE = 1000

/** `somebody@some.where`. It is taken apart first: a pattern for all of it would try what cannot match at every point. */
function isEmail(text: string): boolean {
  if (text.length > 2 * MAX_EMAIL_SIDE + 1 || /\s/.test(text)) return false
  const [name = '', host = '', ...more] = text.split('@')
  const isShort = Math.max(name.length, host.length) <= MAX_EMAIL_SIDE
  return name !== '' && isShort && more.length === 0 && host.slice(1, -1).includes('.')
}

/** Whether there is a type of this name. */
export function isColumnType(name: string): boolean {
  return TYPES.has(name)
}

/** What SQLite makes of a column, as Datasette names it: `TEXT`, `INTEGER`, `REAL`, `BLOB` or `NULL`; else what was declared. */
export function sqliteTypeOf({ type }: Column): string {
  const declared = type.trim().toUpperCase()
  if (declared === '') return 'NULL'
  if (declared.includes('INT')) return 'INTEGER'
  if (affinityOf(declared) === 'text') return 'TEXT'
  if (declared.includes('BLOB')) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(declared) ? 'REAL' : declared
}

/** Finds what is wrong with a value by the type of its column: `email: Invalid email address`, and so on; null for nothing. */
export type ColumnChecks = ReadonlyMap<string, (value: SqlValue) => string | null>

/** The checks of the columns of a table that have a type. */
export async function columnChecks(
  { columnTypes }: Pick<FeatureDeps, 'columnTypes'>,
  database: string,
  table: Table,
): Promise<ColumnChecks> {
  const types = await columnTypes.of(database, table.name)
  const checked = table.columns.filter((column) => types.has(column.name) && sqliteTypeOf(column) === 'TEXT')
  return new Map(
    checked.map(({ name }) => [
      name,
      (value) => {
        if (value === null || value === '') return null
        const fault = columnTypeFault(types.get(name)?.type ?? '', value)
        return fault === null ? null : `${name}: ${fault}`
      },
    ]),
  )
}

/** What is wrong with rows by the types of their columns. */
export async function columnTypeFaults(
  deps: Pick<FeatureDeps, 'columnTypes'>,
  database: string,
  table: Table,
  rows: readonly NewRow[],
): Promise<readonly string[]> {
  const checks = await columnChecks(deps, database, table)
  return rows.flatMap((row) =>
    Array.from(checks, ([name, check]) => check(row.get(name) ?? null)).filter((fault) => fault !== null),
  )
}

/** What is wrong with a value, which is neither NULL nor empty, by the type of its column; null for nothing. */
export function columnTypeFault(type: string, value: SqlValue): string | null {
  return TYPES.get(type)?.(value) ?? null
}

function checkText(
  value: SqlValue,
  what: string,
  isValid: (text: string) => boolean,
  invalid: string,
): string | null {
  if (typeof value !== 'string') return `${what} must be a string`
  return isValid(value.trim()) ? null : invalid
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
