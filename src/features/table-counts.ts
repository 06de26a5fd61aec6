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

/** What counting found in one state of a database. */
type Kept = { readonly version: number; readonly counts: Map<string, number> }

/** Counts rows, and counts none twice while nothing in the database changes: in an immutable file once for ever. */
export class TableCounts {
  readonly #kept = new WeakMap<Database, Kept>()

  /** The counts of these tables, as far as they are known or there is time. */
  async count(
    database: Database,
    tables: readonly string[],
    limits: CountLimits,
  ): Promise<ReadonlyMap<string, RowCount>> {
    // Asked for before counting: what changes meanwhile then makes the counts old, and not the other way round.
    const kept = this.#keptNow(database)
    const missing = tables.filter((table) => kept?.counts.has(table) !== true)
    const counted = await countRows(database, missing, limits)
    for (const [table, count] of counted) if (count !== null) kept?.counts.set(table, count)
    return new Map(tables.map((table) => [table, kept?.counts.get(table) ?? counted.get(table) ?? null]))
  }

  /** The counts that are known without counting. */
  known(database: Database): ReadonlyMap<string, RowCount> {
    return this.#keptNow(database)?.counts ?? new Map()
  }

  /** Null while the database is locked: nobody knows then what holds. */
  #keptNow(database: Database): Kept | null {
    const version = database.dataVersion()
    if (version === null) return null
    const known = this.#kept.get(database)
    if (known?.version === version) return known
    const kept = { version, counts: new Map() }
    this.#kept.set(database, kept)
    return kept
  }
}

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
