import type { DatabaseSync } from 'node:sqlite'
import { sqliteErrorCode } from './sqlite-error.ts'

const REFERRING = `
  SELECT DISTINCT m.name FROM sqlite_schema AS m, temp.pragma_foreign_key_list(m.name) AS k
  WHERE m.type = 'table' AND k."table" = :table COLLATE NOCASE AND m.name <> :table COLLATE NOCASE`

/**
 * How many rows lack the row that a foreign key refers to: of this table, and of those that refer to it. Infinity where a
 * foreign key names something that it cannot refer to.
 */
export function countOrphans(handle: DatabaseSync, table: string): number {
  const referring = handle
    .prepare(REFERRING)
    .all({ table })
    .map((row) => String(Object.values(row)[0]))
  try {
    const count = handle.prepare('SELECT count(*) FROM temp.pragma_foreign_key_check(?)')
    return [table, ...referring].reduce(
      (sum, name) => sum + Number(Object.values(count.get(name) ?? {})[0]),
      0,
    )
  } catch (error) {
    if (sqliteErrorCode(error) === 1) return Infinity
    throw error
  }
}
