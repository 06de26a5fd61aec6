import type { Database, Table } from '../../../database/database.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { RouteParams } from '../../../routing/route.ts'
import { requireDatabase, requireTable } from '../../exists.ts'
import { immutableRefusal, readOnlyRefusal } from '../../immutable.ts'
import type { FeatureDatabases, FeatureDeps } from '../../feature-deps.ts'
import { takenByQuery } from '../../taken-names.ts'

/** The table that a write is about: a 404 where there is none or a view, a 403 where nobody may write to it. */
export function requireWritableTable(
  databases: FeatureDatabases,
  params: RouteParams,
): { readonly database: Database; readonly table: Table } {
  const database = requireDatabase(databases, params['database'])
  const table = requireTable(database, params['table'])
  if (table.kind === 'view') throw new HttpError(404, `Table not found: ${table.name}`)
  if (/^sqlite_/i.test(table.name)) throw new HttpError(403, `SQLite keeps ${table.name} for itself`)
  requireMutable(database)
  return { database, table }
}

/** Throws the 403 for a database that cannot be changed here. */
export function requireMutable(database: Database): void {
  if (!database.isMutable) throw immutableRefusal()
  if (!database.isWritable) throw readOnlyRefusal()
}

/** Throws the refusal of a name that a stored query has. */
export function requireFreeOfQueries(deps: FeatureDeps, database: string, name: string): void {
  const refusal = takenByQuery(deps, database, name)
  if (refusal !== null) throw refusal
}
