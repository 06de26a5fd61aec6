import type { SqlValue } from './values.ts'

/** The cells of a row that came as an array (`returnArrays`), which Node's types do not know. */
export function requireCells(row: unknown): readonly SqlValue[] {
  if (!isCells(row)) throw new TypeError('the handle must be opened with returnArrays')
  return row
}

function isCells(row: unknown): row is readonly SqlValue[] {
  return Array.isArray(row)
}
