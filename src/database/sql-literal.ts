import { formatCell } from './row-json.ts'
import { sqlTokens } from './sql-text.ts'
import type { SqlValue } from './values.ts'

/**
 * Writes a value as an SQL literal: for the definition of a table, where SQLite takes no parameters, and for people who read a
 * statement. Everywhere else values are bound.
 */
export function sqlLiteral(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`
  if (value === Infinity || value === -Infinity) return value > 0 ? '9e999' : '-9e999'
  return formatCell(value)
}

/** A statement for people to read, with its values where each bare `?` stands. It is not what is run. */
export function withLiterals(sql: string, values: readonly SqlValue[]): string {
  const left = values.values()
  return [...sqlTokens(sql)]
    .map(({ text }) => (text === '?' ? sqlLiteral(left.next().value ?? null) : text))
    .join('')
}
