import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fail, ok, type Result } from '../result.ts'
import { isBlankSql } from './sql-text.ts'

/**
 * Prepares one statement. More than one is a failure, with the message to show: SQLite would silently run
 * the first. Throws SQLite's error.
 */
export function prepareOne(handle: DatabaseSync, sql: string): Result<StatementSync, string> {
  if (sql.includes('\0')) return fail('The SQL contains a null character.')
  const statement = handle.prepare(sql)
  if (!isBlankSql(sql.slice(statement.sourceSQL.length))) {
    return fail('You can only execute one statement at a time.')
  }
  return ok(statement)
}
