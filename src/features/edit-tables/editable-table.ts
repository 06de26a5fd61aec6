import type { Database, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { challengeHeaders } from '../challenge.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { maySeeTable } from '../visible-tables.ts'
import { requireWritableTable } from '../write/writable-table.ts'

/** The table of a page that changes it: a 404, or a 403, where there is none, nothing ever changes, or the reader may not see it. */
export function requireEditableTable(
  { databases, permissions }: FeatureDeps,
  c: AppContext,
  params: RouteParams,
): { readonly database: Database; readonly table: Table } {
  const found = requireWritableTable(databases, params)
  const { database, table } = found
  const actor = c.get('actor')
  // These pages show columns, counts and definitions, which the JSON API keeps from those who may not see the table.
  if (!maySeeTable(permissions, actor, database, table.name)) {
    const resource = tableResource(database.name, table.name)
    throw new HttpError(403, 'Permission denied: need view-table', {
      headers: challengeHeaders(permissions, actor, ['view-table'], resource),
    })
  }
  return found
}
