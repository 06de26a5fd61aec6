import type { RouteParams } from '../routing/route.ts'
import type { Database, Table } from '../database/database.ts'
import { HttpError } from '../http/http-error.ts'
import type { FeatureDatabases } from './feature-deps.ts'
import { hostTables } from './visible-tables.ts'

/**
 * Throws the 404 for a path that names a database or table that is not there. It runs before the permission
 * check, as in Datasette (host.md §8.2): a missing table is a 404 for everybody.
 */
export function requireResource(databases: FeatureDatabases, params: RouteParams): void {
  const { database: name, table } = params
  if (name === undefined) return
  const database = requireDatabase(databases, name)
  if (table !== undefined) requireTable(database, table)
}

/** The tables whose content the table at this path holds as well. */
export function hostsOf(
  databases: FeatureDatabases,
  { database: name, table }: RouteParams,
): readonly string[] {
  const schema = name === undefined ? undefined : databases.find(name)?.schema()
  return schema === undefined || table === undefined ? [] : hostTables((one) => schema.hostOf(one), table)
}

/** The database of this name, or a 404. */
export function requireDatabase(databases: FeatureDatabases, name: string | undefined): Database {
  const database = name === undefined ? null : databases.find(name)
  if (database === null) throw new HttpError(404, 'Database not found')
  return database
}

/** What is said where there is no such table or view. */
export const NO_TABLE_TEXT = 'Table not found'

/** The table or view of exactly this name, or a 404. */
export function requireTable(database: Database, name: string | undefined): Table {
  const table = name === undefined ? null : database.schema().table(name)
  if (table === null) throw new HttpError(404, NO_TABLE_TEXT)
  return table
}
