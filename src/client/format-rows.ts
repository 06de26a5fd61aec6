import { stringify } from 'csv-stringify/sync'
import stringWidth from 'string-width'
import { isObject, writeExactJson, type ExactJson, type ExactObject } from '../http/exact-json.ts'
import { visible } from '../http/visible-text.ts'

/** How rows are written. */
export type OutputFormat = 'csv' | 'json' | 'table'

/** Longest cell of a table, in columns of the terminal. */
const MAX_CELL_WIDTH = 60

/** Writes rows, with a line end at the end. Columns are those of the first row that has each, in that order. */
export function formatRows(rows: readonly ExactObject[], format: OutputFormat): string {
  switch (format) {
    case 'json':
      return `${writeExactJson(rows, 2)}\n`
    case 'csv':
      return formatCsv(rows)
    case 'table':
      return formatTable(rows)
  }
}

function columnsOf(rows: readonly ExactObject[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))]
}

/** RFC 4180, with the line ends of Unix. A cell without a value is empty, empty text is `""`; bytes are their base64. */
function formatCsv(rows: readonly ExactObject[]): string {
  const columns = columnsOf(rows)
  if (columns.length === 0) return ''
  const cells = rows.map((row) => columns.map((column) => csvCell(row[column])))
  return stringify([columns, ...cells], { quoted_match: /^$/u })
}

function csvCell(value: ExactJson | undefined): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : (base64Of(value) ?? writeExactJson(value, 0))
}

/** For people: names, a line, a row a line; numbers to the right, what is long is cut, no value is `∅`. */
function formatTable(rows: readonly ExactObject[]): string {
  const columns = columnsOf(rows)
  if (columns.length === 0) return 'No rows.\n'
  const cells = rows.map((row) => columns.map((column) => tableCell(row[column])))
  const heads = columns.map((column) => cut(visible(column)))
  const widths = heads.map((head, index) =>
    cells.reduce((widest, line) => Math.max(widest, stringWidth(line[index] ?? '')), stringWidth(head)),
  )
  const isNumeric = columns.map((column) => rows.every((row) => isNumber(row[column])))
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const space = ' '.repeat((widths[index] ?? 0) - stringWidth(text))
        return isNumeric[index] === true ? space + text : text + space
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return `${[line(heads), rule, ...cells.map(line)].join('\n')}\n`
}

function tableCell(value: ExactJson | undefined): string {
  if (value === undefined || value === null) return '∅'
  if (typeof value === 'string') return cut(visible(value))
  const base64 = base64Of(value)
  return base64 === null
    ? cut(visible(writeExactJson(value, 0)))
    : `${Buffer.from(base64, 'base64').length} bytes`
}

const isNumber = (value: ExactJson | undefined): boolean =>
  value === null || typeof value === 'number' || typeof value === 'bigint'

/** Bytes as Datasette writes them: `{"$base64": true, "encoded": "…"}`. */
function base64Of(value: ExactJson): string | null {
  if (!isObject(value)) return null
  const { $base64: isBase64, encoded } = value
  return isBase64 === true && typeof encoded === 'string' ? encoded : null
}

/** Cuts between whole characters as people see them. */
function cut(text: string): string {
  if (stringWidth(text) <= MAX_CELL_WIDTH) return text
  let kept = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment)
    if (width >= MAX_CELL_WIDTH) break
    kept += segment
  }
  return `${kept}…`
}
