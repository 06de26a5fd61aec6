import type { Database, Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Consequence } from '../consequence-list.tsx'
import type { FeatureDeps } from '../feature-deps.ts'
import { visitorLimits } from '../limits.ts'
import { referringKeys, type ReferringKey } from '../referring-keys.ts'

/**
 * What dropping a table would do to the rows of other tables that this reader may see: SQLite deletes its rows first. All of them are
 * counted in the time of one query.
 */
export async function dropConsequences(
  deps: FeatureDeps,
  c: AppContext,
  { database, table }: { readonly database: Database; readonly table: Table },
): Promise<readonly Consequence[]> {
  const limits = visitorLimits(deps, c)
  const deadline = performance.now() + limits.timeLimitMs
  const found: Consequence[] = []
  for (const key of referringKeys(deps.permissions, c.get('actor'), database, table.name)) {
    if (key.table === table.name) continue
    const timeLimitMs = Math.max(1, Math.floor(deadline - performance.now()))
    const sql = referringRows(table, key)
    const query = { sql, params: {}, ...limits, timeLimitMs, maxRows: 1, shape: 'arrays' } as const
    const answer = await database.query(query)
    const count = answer.ok ? Number(answer.value.lastRow?.[0] ?? 0) : null
    if (count !== 0) found.push({ ...key, count })
  }
  return found
}

/** Counts the rows that refer to one that is there: others are left alone. */
function referringRows(table: Table, { table: from, columns, otherColumns }: ReferringKey): string {
  const name = quoteIdentifier
  const pairs = columns.map((column, place) => {
    const other = otherColumns[place] ?? table.primaryKeys[place] ?? 'rowid'
    return `parent.${name(other)} = child.${name(column)}`
  })
  const parent = `select 1 from ${name(table.name)} as parent where ${pairs.join(' and ')}`
  return `select count(*) from ${name(from)} as child where exists (${parent})`
}
