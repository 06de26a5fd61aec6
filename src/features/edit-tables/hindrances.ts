import type { Database, Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { visitorLimits } from '../limits.ts'
import { maySeeTable } from '../visible-tables.ts'
import type { SentOperation } from './change-words.ts'

/** Rows that are there and do not fit what a column is to be. */
export type Hindrance = {
  readonly column: string
  readonly count: number
  /** The table in which they would refer to nothing; null where they lack a value. */
  readonly refersTo: string | null
}

/**
 * Counts the rows that stand in the way of changes of a table that the reader may see. What cannot be counted in the time of one query is
 * left out, as is what only a table shows that the reader may not see.
 */
export async function hindrancesOf(
  deps: FeatureDeps,
  c: AppContext,
  { database, table }: { readonly database: Database; readonly table: Table },
  operations: readonly SentOperation[],
): Promise<readonly Hindrance[]> {
  const limits = visitorLimits(deps, c)
  const deadline = performance.now() + limits.timeLimitMs
  const found: Hindrance[] = []
  for (const { column, refersTo, sql } of operations.flatMap((one) =>
    questionsOf(deps, c, database, table, one),
  )) {
    const timeLimitMs = Math.floor(deadline - performance.now())
    if (timeLimitMs < 1) break
    const query = { sql, params: {}, ...limits, timeLimitMs, maxRows: 1, shape: 'arrays' } as const
    const answer = await database.query(query)
    const count = answer.ok ? Number(answer.value.lastRow?.[0] ?? 0) : 0
    if (count > 0) found.push({ column, refersTo, count })
  }
  return found
}

type Question = Pick<Hindrance, 'column' | 'refersTo'> & { readonly sql: string }

function questionsOf(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  table: Table,
  { op, args }: SentOperation,
): readonly Question[] {
  const from = `select count(*) from ${quoteIdentifier(table.name)} as own`
  const isThere = (name: unknown): name is string => table.columns.some((column) => column.name === name)
  if (op === 'alter_column' && args['not_null'] === true && isThere(args['name'])) {
    const column = args['name']
    return [{ column, refersTo: null, sql: `${from} where own.${quoteIdentifier(column)} is null` }]
  }
  const { column, fk_table: name, fk_column: named } = args
  if (op !== 'add_foreign_key' || !isThere(column) || typeof name !== 'string') return []
  if (!maySeeTable(deps.permissions, c.get('actor'), database, name)) return []
  const key = named ?? database.schema().table(name)?.primaryKeys[0]
  if (typeof key !== 'string') return []
  const own = `own.${quoteIdentifier(column)}`
  const other = `select 1 from ${quoteIdentifier(name)} as other where other.${quoteIdentifier(key)} = ${own}`
  return [{ column, refersTo: name, sql: `${from} where ${own} is not null and not exists (${other})` }]
}
