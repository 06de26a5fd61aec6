import type { AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { visitorLimits } from '../limits.ts'
import { referringTables } from '../referring-tables.ts'
import { visibleTables } from '../visible-tables.ts'
import type { FormRow } from './form-table.ts'

/** What deleting a row does to rows of another table that refer to it. */
export type Consequence = {
  readonly kind: 'deletes' | 'sets-null' | 'sets-default' | 'refuses'
  readonly table: string
  /** The column of that table that refers to the row. */
  readonly column: string
  readonly count: number
}

const ACTION = `
  select on_delete as action from temp.pragma_foreign_key_list(:other)
  where lower("table") = lower(:table) and "from" = :column limit 1`

const KINDS: ReadonlyMap<string, Consequence['kind']> = new Map([
  ['CASCADE', 'deletes'],
  ['SET NULL', 'sets-null'],
  ['SET DEFAULT', 'sets-default'],
])

/** What would happen to rows of other tables that this reader may see; null where that could not be counted. */
export async function consequencesOf(
  deps: FeatureDeps,
  c: AppContext,
  found: FormRow,
): Promise<readonly Consequence[] | null> {
  const { database, table } = found
  const referring = await referringTables(deps, c.get('actor'), found, visitorLimits(deps, c))
  const maySee = visibleTables(deps.permissions, c.get('actor'), database)
  if (referring.length === 0 && table.foreignKeys.incoming.some(({ otherTable }) => maySee(otherTable)))
    return null
  return referring
    .filter(({ count }) => count > 0)
    .map(({ key: { otherTable, otherColumn }, count }) => {
      const action = database.get(ACTION, { other: otherTable, table: table.name, column: otherColumn })
      const kind = KINDS.get(String(action?.['action'])) ?? 'refuses'
      return { kind, table: otherTable, column: otherColumn, count }
    })
}
