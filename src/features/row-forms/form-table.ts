import type { Database, SqlRow, Table } from '../../database/database.ts'
import { formatCell } from '../../database/row-json.ts'
import { keyNames } from '../../database/row-key.ts'
import type { SqlValue } from '../../database/values.ts'
import { HttpError } from '../../http/http-error.ts'
import { parseRowKey } from '../../http/tilde.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { requireByHand } from '../by-hand.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { findRow } from '../find-row.ts'
import { tablePath } from '../links.ts'
import { maySeeTable } from '../visible-tables.ts'
import { requireWritableTable } from '../write/permitted/writable-table.ts'

/** A row that a page is about to change. */
export type FormRow = {
  readonly database: Database
  readonly table: Table
  /** The key as the address has it. */
  readonly segment: string
  readonly key: readonly string[]
  readonly row: SqlRow
}

/** The table of a page that changes its rows: a 404, a 403 or a 400 where there is none, or nobody changes it by hand. */
export function requireFormTable(
  { databases }: Pick<FeatureDeps, 'databases'>,
  params: RouteParams,
): { readonly database: Database; readonly table: Table } {
  const found = requireWritableTable(databases, params)
  requireByHand(found.table, 'rows')
  return found
}

/**
 * The row of a page that changes it: a 404 where there is none, and a 403 for who may not see the table, since the page shows what is
 * there. They can change rows that they know through the JSON API.
 */
export function requireFormRow(deps: FeatureDeps, c: AppContext, params: RouteParams): FormRow {
  const { database, table } = requireFormTable(deps, params)
  if (!maySeeTable(deps.permissions, c.get('actor'), database, table.name)) {
    throw new HttpError(403, 'You do not have permission to view this table')
  }
  const segment = params['pks'] ?? ''
  const key = parseRowKey(segment)
  const row = findRow(database, table, key)
  if (row === null) throw new HttpError(404, 'There is no such row, or no longer. Nothing was changed.')
  return { database, table, segment, key, row }
}

/** The key of a row as addresses write it; null for one that no address can name. */
export function addressKey(table: Table, row: SqlRow): readonly string[] | null {
  const parts = keyNames(table).map((name) => keyPart(row[name] ?? null))
  const named = parts.filter((part) => part !== null)
  return parts.length > 0 && named.length === parts.length ? named : null
}

function keyPart(value: SqlValue): string | null {
  if (value === null || value instanceof Uint8Array) return null
  return typeof value === 'string' ? value : formatCell(value)
}

/** The page to which somebody goes who does not go on: the table, or the front page for who may not see it. */
export function tableOrHome(
  { permissions, urls }: Pick<FeatureDeps, 'permissions' | 'urls'>,
  c: AppContext,
  database: Database,
  table: Table,
): string {
  const sees = maySeeTable(permissions, c.get('actor'), database, table.name)
  return urls.path(sees ? tablePath(database.name, table.name) : '/')
}
