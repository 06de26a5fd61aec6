import type { ExactJson, ExactObject } from '../../http/exact-json.ts'

/** SQLite stores integers of 64 bits; what is longer stays text. */
const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/**
 * Pasted lines with numbers in them: their cells are text, and a column of nothing but numbers becomes numbers. A number
 * that would be written in another way afterwards (`007`, `+1`, `1.10`) is text.
 */
export function withNumbers(rows: readonly ExactObject[]): readonly ExactObject[] {
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
  if (typeof cell !== 'string' || !/^-?\d{1,15}(?:\.\d+)?(?:e[+-]?\d{1,2})?$/.test(cell)) return false
  const written = String(Number(cell))
  return cell === written || cell === `${written}.0`
}
