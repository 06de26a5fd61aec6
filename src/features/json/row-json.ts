import type { SqlRow } from '../../database/database.ts'
import { formatCell } from '../../database/row-json.ts'

/** A row as the JSON text of an object, its values exact. */
export function rowObject(columns: readonly string[], row: SqlRow): string {
  const members = columns.map((name) => `${JSON.stringify(name)}:${formatCell(row[name] ?? null)}`)
  return `{${members.join(',')}}`
}

/** A single row as the JSON text of an array of arrays, in the form of a query's answer. */
export function rowsText(columns: readonly string[], row: SqlRow): Uint8Array {
  return Buffer.from(`[[${columns.map((name) => formatCell(row[name] ?? null)).join(',')}]]`, 'utf8')
}
