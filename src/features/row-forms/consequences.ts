import type { AppContext } from '../../routing/context.ts'
import type { Consequence } from '../consequence-list.tsx'
import type { FeatureDeps } from '../feature-deps.ts'
import { visitorLimits } from '../limits.ts'
import { referringKeys } from '../referring-keys.ts'
import { referringTables } from '../referring-tables.ts'
import { visibleTables } from '../visible-tables.ts'
import type { FormRow } from './form-table.ts'

/** What deleting a row would do to rows of other tables that this reader may see; null where that could not be counted. */
export async function consequencesOf(
  deps: FeatureDeps,
  c: AppContext,
  found: FormRow,
): Promise<readonly Consequence[] | null> {
  const { database, table } = found
  const actor = c.get('actor')
  const referring = await referringTables(deps, actor, found, visitorLimits(deps, c))
  const maySee = visibleTables(deps.permissions, actor, database)
  if (referring.length === 0 && table.foreignKeys.incoming.some(({ otherTable }) => maySee(otherTable)))
    return null
  const counted = referring.filter(({ count }) => count > 0)
  if (counted.length === 0) return []
  const keys = referringKeys(deps.permissions, actor, database, table.name)
  return counted.map(({ key: { otherTable, otherColumn }, count }) => {
    const key = keys.find((one) => one.table === otherTable && one.columns.join() === otherColumn)
    return { table: otherTable, columns: [otherColumn], onDelete: key?.onDelete ?? 'refuses', count }
  })
}
