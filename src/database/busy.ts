import { sqliteErrorCode } from './sqlite-error.ts'

/** SQLite's primary result codes of a lock that another connection holds. */
const LOCKED_CODES: ReadonlySet<number> = new Set([5, 6])

/** Another process has locked the file, and the server does not stand still until it lets go: ask again later. */
export class DatabaseBusyError extends Error {}

/** Runs our own statements in the server process. Where a lock stops them it throws `DatabaseBusyError`. */
export function withoutWaiting<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = sqliteErrorCode(error)
    // The low byte is the primary code; the rest tells kinds of the same lock apart.
    if (code === null || !LOCKED_CODES.has(code & 0xff)) throw error
    throw new DatabaseBusyError('the database is locked by another process', { cause: error })
  }
}
