import type { Database, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { requireByHand } from '../by-hand.ts'
import { challengeHeaders } from '../challenge.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { maySeeTable } from '../visible-tables.ts'
import { requireWritableTable } from '../write/permitted/writable-table.ts'

/** The table of a page that changes it: a 404, or a 403, where there is none, nothing ever changes or can, or the reader may not see it. */
export function requireEditableTable(
  { databases, permissions }: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  what: 'columns' | 'drop',
): { readonly database: Database; readonly table: Table } {
  const found = requireWritableTable(databases, params)
  const { database, table } = found
  requireSeen({ permissions }, c, database, table)
  requireByHand(table, what)
  return found
}

/**
 * Throws the 403 for a table that the reader may not see: these pages show columns, counts and definitions, which the JSON
 * API keeps from them.
 */
export function requireSeen(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  c: AppContext,
  database: Database,
  table: Table,
): void {
  const actor = c.get('actor')
  if (maySeeTable(permissions, actor, database, table.name)) return
  const resource = tableResource(database.name, table.name)
  throw new HttpError(403, 'Permission denied: need view-table', {
    headers: challengeHeaders(permissions, actor, ['view-table'], resource),
  })
}
