import type { SqlRow } from '../../database/database.ts'
import { formatCell, formatIn } from '../../database/row-json.ts'
import type { RowStyle } from '../../database/row-style.ts'

/** A row as the JSON text of an object, its values exact. */
export function rowObject(columns: readonly string[], row: SqlRow, style?: RowStyle): string {
  const values = valueTexts(columns, row, style)
  return `{${columns.map((name, place) => `${JSON.stringify(name)}:${values[place] ?? 'null'}`).join(',')}}`
}

/** A single row as the JSON text of an array of arrays, in the form of a query's answer. */
export function rowsText(columns: readonly string[], row: SqlRow): Uint8Array {
  return Buffer.from(`[[${valueTexts(columns, row).join(',')}]]`, 'utf8')
}

/** The values of a row, each as its JSON text. */
export function valueTexts(columns: readonly string[], row: SqlRow, style?: RowStyle): readonly string[] {
  return columns.map((name) => {
    const format = style === undefined ? formatCell : formatIn(style, name)
    return format(row[name] ?? null)
  })
}
