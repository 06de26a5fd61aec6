import type { Database, SqlRow, Table } from '../../../database/database.ts'
import { parseRowKey } from '../../../http/tilde.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { rowLabel, rowWords } from '../../row-label.ts'
import { maySeeTable } from '../../visible-tables.ts'

/**
 * Leaves the note that something was done to a row: `Updated row 2 (Bo)`. `segment` is its key as addresses write it. What the
 * row is called is told to those who may see the table.
 */
export function sayOfRow(
  deps: Pick<FeatureDeps, 'config' | 'permissions' | 'say'>,
  c: AppContext,
  done: 'Inserted' | 'Updated' | 'Deleted',
  { database, table, segment, row }: ChangedRow,
): void {
  const shows = row !== null && maySeeTable(deps.permissions, c.get('actor'), database, table.name)
  const label = shows ? rowLabel(deps, database, table, row) : null
  deps.say(c, { text: `${done} row ${rowWords(parseRowKey(segment), label)}`, kind: 'info' })
}

/** A row to which something was done: as it is now, or was when it was deleted; null where nobody knows. */
export type ChangedRow = {
  readonly database: Database
  readonly table: Table
  readonly segment: string
  readonly row: SqlRow | null
}
