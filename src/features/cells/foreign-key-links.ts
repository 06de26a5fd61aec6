import type { Actor } from '../../auth/actor.ts'
import type { Cell } from '../../database/cells.ts'
import type { Database, Table } from '../../database/database.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { rowPath } from '../links.ts'
import { keyText } from './cell-text.ts'
import { maySeeTable } from '../visible-tables.ts'

/** The row that a value of a column refers to, as a path ready for a link; null when it refers to none. */
export type ForeignKeyLinks = (column: string, value: Cell) => string | null

/**
 * Makes links from foreign keys to the rows they name. Only to tables that this reader may see, and only where
 * the key refers to the whole declared primary key of the other table, since that is what a row's address is made of:
 * a column called `rowid` in a table without a key is not the row number that stands in its addresses.
 */
export function foreignKeyLinks(
  { permissions, urls }: Pick<FeatureDeps, 'permissions' | 'urls'>,
  actor: Actor | null,
  database: Database,
  table: Table,
): ForeignKeyLinks {
  const targets = new Map<string, string>()
  for (const { column, otherTable, otherColumn } of table.foreignKeys.outgoing) {
    const [key, ...more] = database.schema().table(otherTable)?.primaryKeys ?? []
    if (key !== otherColumn || more.length > 0) continue
    if (!maySeeTable(permissions, actor, database, otherTable)) continue
    targets.set(column, otherTable)
  }
  return (column, value) => {
    const target = targets.get(column)
    const key = keyText(value)
    return target === undefined || key === null ? null : urls.path(rowPath(database.name, target, [key]))
  }
}
