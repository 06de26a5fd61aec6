import type { Database, SqlRow, Table } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { parseRowKey } from '../../http/tilde.ts'
import type { RouteParams } from '../../routing/route.ts'
import { requireDatabase, requireTable } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { findRow } from '../find-row.ts'

/** The row that an address names. */
export type FoundRow = {
  readonly database: Database
  readonly table: Table
  /** The key as the address has it. */
  readonly key: readonly string[]
  readonly row: SqlRow
}

/** Finds it, with these of its values or with all; throws the 404 where there is none. */
export function requireFoundRow(
  { databases }: Pick<FeatureDeps, 'databases'>,
  params: RouteParams,
  columns?: readonly string[],
): FoundRow {
  const database = requireDatabase(databases, params['database'])
  const table = requireTable(database, params['table'])
  const key = parseRowKey(params['pks'] ?? '')
  const row = findRow(database, table, key, columns)
  if (row === null) throw new HttpError(404, 'Row not found')
  return { database, table, key, row }
}
