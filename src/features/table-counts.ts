import type { Database, ReadQuery } from '../database/database.ts'
import { quoteIdentifier } from '../database/quote-identifier.ts'

/** Counting stops here: pages say "more than 10,000" (host.md §6). */
const COUNTED_ROWS = 10_000

/** Rows at which counting stops. */
export const COUNT_LIMIT = COUNTED_ROWS + 1

/** Tables that one statement counts. */
export const TABLES_PER_STATEMENT = 100

/** A number of rows, up to one more than 10,000, which stands for all that is beyond; null when counting took too long. */
export type RowCount = number | null

/** Whether a count stands for all that is beyond 10,000. */
export function isTruncated(count: RowCount): boolean {
  return count !== null && count > COUNTED_ROWS
}

/** The time within which all counts of one answer have to be there. */
export type CountLimits = {
  /** From `performance.now()`. */
  readonly deadlineMs: number
} & Required<Pick<ReadQuery, 'signal' | 'peer'>>

/**
 * Counts the rows of tables, many tables in one statement. When a statement is cut off or fails, its tables are
 * counted again in two halves, so that one slow or broken table costs only its own count. No statement gets more
 * than a quarter of the time that is left.
 */
export async function countRows(
  database: Database,
  tables: readonly string[],
  limits: CountLimits,
): Promise<ReadonlyMap<string, RowCount>> {
  const counts = new Map<string, RowCount>()
  for (let from = 0; from < tables.length; from += TABLES_PER_STATEMENT) {
    await countInto(counts, database, tables.slice(from, from + TABLES_PER_STATEMENT), limits)
  }
  return counts
}

async function countInto(
  counts: Map<string, RowCount>,
  database: Database,
  tables: readonly string[],
  limits: CountLimits,
): Promise<void> {
  const timeLimitMs = Math.floor((limits.deadlineMs - performance.now()) / 4)
  if (timeLimitMs < 1) return noCounts(counts, tables)

  const sql = `select ${tables.map(countOf).join(', ')}`
  const { signal, peer } = limits
  const visitor = { timeLimitMs, signal, peer }
  const answer = await database.query({ sql, params: [], maxRows: 1, shape: 'arrays', ...visitor })
  if (answer.ok) {
    for (const [place, table] of tables.entries())
      counts.set(table, Number(answer.value.lastRow?.[place] ?? 0))
    return
  }
  if (tables.length === 1 || answer.error.reason === 'busy' || signal.aborted) return noCounts(counts, tables)
  const half = Math.ceil(tables.length / 2)
  await countInto(counts, database, tables.slice(0, half), limits)
  await countInto(counts, database, tables.slice(half), limits)
}

function countOf(table: string): string {
  return `(select count(*) from (select 1 from ${quoteIdentifier(table)} limit ${COUNT_LIMIT}))`
}

function noCounts(counts: Map<string, RowCount>, tables: readonly string[]): void {
  for (const table of tables) counts.set(table, null)
}
