import type { Database, Table } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { queryRefusal } from '../../query-refusal.ts'

/** The number of rows of a table; null when counting takes too long, since a large table can be altered and dropped as well. Throws the refusal. */
export async function countRows(
  database: Database,
  table: Table,
  timeLimitMs: number,
): Promise<number | null> {
  const sql = `select count(*) from ${quoteIdentifier(table.name)}`
  const answer = await database.query({ sql, params: [], maxRows: 1, timeLimitMs, shape: 'arrays' })
  if (answer.ok) return Number(answer.value.lastRow?.[0] ?? 0)
  if (answer.error.reason === 'interrupted') return null
  throw queryRefusal(answer.error)
}
