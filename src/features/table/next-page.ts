import type { Database, QueryAnswer, Table } from '../../database/database.ts'
import { selectedColumns } from '../../database/row-key.ts'
import type { SqlValue } from '../../database/values.ts'
import { separateRows } from '../json/shape.ts'
import type { VisitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import { tokenAffinities, type TableOrder } from './order.ts'
import { formatPageToken } from './page-token.ts'
import { tieBreakQuery, type Selection } from './query.ts'

type Page = Selection & {
  readonly database: Database
  readonly limits: VisitorLimits
}

/** The token of the page after this one, or null on the last page. */
export async function nextToken(page: Page, answer: QueryAnswer): Promise<string | null> {
  const { order, start } = page
  if (!answer.truncated || answer.lastRow === null) return null
  if (order.paging === 'offset') {
    return String((start.kind === 'offset' ? start.rows : 0) + countRows(answer))
  }

  const values = orderValues(page.table, order, answer.lastRow)
  const repeats = order.tieBreak !== null && values.slice(-order.keyLength).includes(null)
  return formatPageToken(
    repeats ? [...values, await rowNumber(page, countRows(answer))] : values,
    tokenAffinities(order),
  )
}

/** How many rows came: fewer than were asked for when they are large. */
function countRows({ rows }: QueryAnswer): number {
  return separateRows(rows).length
}

/** The values of the order's terms in a row. */
function orderValues(table: Table, order: TableOrder, row: readonly SqlValue[]): readonly SqlValue[] {
  const columns = selectedColumns(table)
  return order.terms.map(({ column }) => row[columns.indexOf(column)] ?? null)
}

/** The row number of the page's last row, for keys that do not tell rows apart. It is asked for only then. */
async function rowNumber(page: Page, rows: number): Promise<SqlValue> {
  const statement = tieBreakQuery(page, rows)
  const answer = await page.database.query({ ...statement, ...page.limits, maxRows: 1, shape: 'arrays' })
  if (!answer.ok) throw queryRefusal(answer.error)
  return answer.value.lastRow?.[0] ?? null
}
