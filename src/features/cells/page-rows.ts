import { parseRows, type Cell } from '../../database/cells.ts'
import type { QueryAnswer, ReadQuery } from '../../database/database.ts'
import { separateRows } from '../json/shape.ts'

/**
 * How the rows of a page are asked for. Pages are built in the process that serves everybody, and nobody else is
 * served meanwhile, so a page holds no more than is built in about a tenth of a second.
 */
export const PAGE_ROWS = { shape: 'arrays', maxBytes: 1024 * 1024 } as const satisfies Partial<ReadQuery>

/** Values on a page. One that is an address becomes a link and costs about five microseconds, others half of that. */
const MAX_CELLS = 20_000

/** How many rows with this many columns a page holds, whatever their size. */
export function rowsOnPage(columns: number): number {
  return Math.max(1, Math.floor(MAX_CELLS / Math.max(1, columns)))
}

/** The rows of an answer to `PAGE_ROWS` that a page holds, and whether there are more. */
export function pageRows({ columns, rows, truncated }: QueryAnswer): {
  readonly rows: readonly (readonly Cell[])[]
  readonly truncated: boolean
} {
  const texts = separateRows(rows)
  const most = rowsOnPage(columns.length)
  if (texts.length <= most) return { rows: parseRows(rows), truncated }
  return { rows: parseRows(Buffer.from(`[${texts.slice(0, most).join(',')}]`)), truncated: true }
}
