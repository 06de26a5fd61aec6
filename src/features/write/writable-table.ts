import type { Database, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import type { RouteParams } from '../../routing/route.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDatabases, FeatureDeps } from '../feature-deps.ts'

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

/** Throws the 403 for a database that never changes. */
export function requireMutable(database: Database): void {
  if (!database.isMutable) throw new HttpError(403, 'Database is immutable')
}

/** A table stands before a stored query of its name, whose address and rules somebody relies on: such a name is refused. */
export function requireFreeOfQueries({ config }: FeatureDeps, database: string, name: string): void {
  if (config.query(database, name) !== null)
    throw new HttpError(400, `There is a stored query called ${name}`)
}
