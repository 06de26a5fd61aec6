import type { Database, QueryAnswer } from '../../database/database.ts'
import type { SqlValue } from '../../database/values.ts'
import { separateRows } from '../json/shape.ts'
import type { VisitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import { tokenAffinities } from './order.ts'
import { formatPageToken } from './page-token.ts'
import { lastRowStatement, type Selection } from './statements.ts'

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

  const values = await orderValues(page, answer, answer.lastRow)
  const repeats = order.tieBreak !== null && values.slice(-order.keyLength).includes(null)
  const tieBreak = repeats ? await lookUp(page, answer, [order.tieBreak.sql]) : []
  return formatPageToken([...values, ...tieBreak], tokenAffinities(order))
}

/** How many rows came: fewer than were asked for when they are large. */
function countRows({ rows }: QueryAnswer): number {
  return separateRows(rows).length
}

/** The values of the order's terms in a row. They are looked up when the row was asked for without one of them. */
async function orderValues(
  page: Page,
  answer: QueryAnswer,
  row: readonly SqlValue[],
): Promise<readonly SqlValue[]> {
  const places = page.order.terms.map(({ column }) => page.columns.indexOf(column))
  if (!places.includes(-1)) return places.map((place) => row[place] ?? null)
  return lookUp(
    page,
    answer,
    page.order.terms.map(({ sql }) => sql),
  )
}

/** Values of the page's last row that it does not show. */
async function lookUp(
  page: Page,
  answer: QueryAnswer,
  values: readonly string[],
): Promise<readonly SqlValue[]> {
  const statement = lastRowStatement(page, countRows(answer), values)
  const found = await page.database.query({ ...statement, ...page.limits, maxRows: 1, shape: 'arrays' })
  if (!found.ok) throw queryRefusal(found.error)
  return found.value.lastRow ?? values.map(() => null)
}
