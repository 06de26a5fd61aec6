import { parseRows } from '../../client/rows-file.ts'
import type { ExactJson, ExactObject } from '../../http/exact-json.ts'
import { fail, ok, type Result } from '../../result.ts'

/** SQLite stores integers of 64 bits; what is longer stays text. */
const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/**
 * Reads rows that somebody pasted: a JSON list of objects, or lines of CSV under a line of names. Cells of CSV are
 * text; a column of nothing but numbers becomes numbers. A number that would be written in another way afterwards
 * (`007`, `+1`) is text. The failure is the message to show.
 */
export function parsePastedRows(text: string): Result<readonly ExactObject[], string> {
  const trimmed = text.trim()
  if (trimmed === '') return fail('Paste some rows here')
  const isJson = trimmed.startsWith('[') || trimmed.startsWith('{')
  const rows = parseRows(new TextEncoder().encode(trimmed), isJson ? 'json' : 'csv')
  if (!rows.ok) return fail(`The rows could not be read: ${rows.error}`)
  if (rows.value.length === 0) return fail('There are no rows under the names of the columns')
  return ok(isJson ? rows.value : withNumbers(rows.value))
}

function withNumbers(rows: readonly ExactObject[]): readonly ExactObject[] {
  const names = Object.keys(rows[0] ?? {})
  const readers = new Map(names.map((name) => [name, readerFor(rows.map((row) => row[name] ?? null))]))
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, readers.get(name)?.(cell) ?? cell])),
  )
}

/** How the cells of a column are read. */
function readerFor(cells: readonly ExactJson[]): (cell: ExactJson) => ExactJson {
  const texts = cells.filter((cell) => cell !== null)
  if (texts.length > 0 && texts.every(isInteger)) {
    return (cell) => (typeof cell === 'string' ? BigInt(cell) : cell)
  }
  if (texts.length > 0 && texts.every(isNumber)) {
    return (cell) => (typeof cell === 'string' ? Number(cell) : cell)
  }
  return (cell) => cell
}

function isInteger(cell: ExactJson): boolean {
  return typeof cell === 'string' && /^(?:0|-?[1-9]\d{0,18})$/.test(cell) && fits(BigInt(cell))
}

function isNumber(cell: ExactJson): boolean {
  return typeof cell === 'string' && /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(cell)
}
