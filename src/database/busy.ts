import { isLocked, LOCKED_TEXT } from './sqlite-error.ts'

/** Another process has locked the file, and the server does not stand still until it lets go: ask again later. */
export class DatabaseBusyError extends Error {}

/** Runs our own statements in the server process. Where a lock stops them it throws `DatabaseBusyError`. */
export function withoutWaiting<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!isLocked(error)) throw error
    throw new DatabaseBusyError(LOCKED_TEXT, { cause: error })
  }
}
