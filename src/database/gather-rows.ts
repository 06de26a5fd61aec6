import { requireCells } from './require-cells.ts'
import type { RowWriter } from './row-json.ts'
import type { SqlValue } from './values.ts'

/** What was gathered, besides what the writer has. */
export type Gathered = {
  readonly count: number
  /** Whether there were more rows than were wanted, or than the writer had room for. */
  readonly truncated: boolean
  readonly lastRow: readonly SqlValue[] | null
}

/** Steps through a statement's rows and writes at most `maxRows` of them; null when `isOver`, which is asked before each, ended it. */
export function gatherRows(
  rows: Iterator<unknown, unknown>,
  writer: RowWriter,
  { maxRows, isOver }: { readonly maxRows: number; readonly isOver: () => boolean },
): Gathered | null {
  let count = 0
  let lastRow: readonly SqlValue[] | null = null
  for (let step = rows.next(); step.done !== true; step = rows.next()) {
    if (isOver()) {
      rows.return?.()
      return null
    }
    const row = requireCells(step.value)
    if (count === maxRows || !writer.add(row)) {
      rows.return?.()
      return { count, truncated: true, lastRow }
    }
    lastRow = row
    count += 1
  }
  return { count, truncated: false, lastRow }
}
