import type { Actor } from '../auth/actor.ts'
import type { ForeignKey } from '../database/database.ts'
import { readableIdentifier } from '../database/quote-identifier.ts'
import type { SqlValue } from '../database/values.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { filterParameter } from './filter-parameter.ts'
import type { VisitorLimits } from './limits.ts'
import type { FoundRow } from './row/found-row.ts'
import { visibleTables } from './visible-tables.ts'

/** A table that refers to a row. */
export type ReferringTable = {
  /** From the row's table: `otherTable.otherColumn` holds the value of `column`. */
  readonly key: ForeignKey
  readonly count: number
  /** The parameter with which the table shows those rows. */
  readonly filter: readonly [string, string]
}

/**
 * The tables that refer to a row with a key of one column, and how many of their rows do, among those that this reader
 * may see (host.md §9.7). Empty when they could not be counted in time.
 */
export async function referringTables(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  { database, table, key, row }: FoundRow,
  limits: VisitorLimits,
): Promise<readonly ReferringTable[]> {
  if (key.length !== 1) return []
  const maySee = visibleTables(permissions, actor, database)
  const keys = table.foreignKeys.incoming.filter(({ otherTable }) => maySee(otherTable))
  if (keys.length === 0) return []

  const values = keys.map(({ column }) => row[column] ?? null)
  const name = readableIdentifier
  const counts = keys.map(
    ({ otherTable, otherColumn }, place) =>
      `(select count(*) from ${name(otherTable)} where ${name(otherColumn)} = :v${place})`,
  )
  const answer = await database.query({
    sql: `select ${counts.join(', ')}`,
    params: Object.fromEntries(values.map((value, place) => [`v${place}`, value])),
    ...limits,
    shape: 'arrays',
    maxRows: 1,
  })
  const found = answer.ok ? answer.value.lastRow : null
  if (found === null) return []
  return keys.map((foreignKey, place) => ({
    key: foreignKey,
    count: Number(found[place] ?? 0),
    filter: [filterParameter(foreignKey.otherColumn, 'exact'), textOf(values[place] ?? null)],
  }))
}

function textOf(value: SqlValue): string {
  return value === null || value instanceof Uint8Array ? '' : String(value)
}
