import { formatCell } from './row-json.ts'
import type { SqlValue } from './values.ts'

/**
 * Writes a value as an SQL literal, for the one place where SQLite takes no parameters: the definition of a table.
 * Everywhere else values are bound.
 */
export function sqlLiteral(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`
  if (value === Infinity || value === -Infinity) return value > 0 ? '9e999' : '-9e999'
  return formatCell(value)
}
