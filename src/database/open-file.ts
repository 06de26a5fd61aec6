import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { escapeFts } from './escape-fts.ts'
import { READER_LIMITS, WRITER_LIMITS } from './limits.ts'
import type { DatabaseFile } from './messages.ts'

/**
 * How every connection reads: integers exactly, and text in double quotes as a literal where it names no
 * column, as Datasette's SQLite does (host.md §9.4).
 */
const DIALECT: DatabaseSyncOptions = { readBigInts: true, enableDoubleQuotedStringLiterals: true }

/** How long a reader waits for another process's lock, in milliseconds; the query's time limit goes on meanwhile. */
const READER_BUSY_TIMEOUT_MS = 100

/**
 * Opens a file for our own short statements: read-only, rows as objects. Throws SQLite's error.
 *
 * It never waits for another process's lock: nobody would be answered meanwhile.
 */
export function openForServer(file: DatabaseFile): DatabaseSync {
  const handle = new DatabaseSync(location(file), { ...DIALECT, readOnly: true, timeout: 0 })
  prepareMemory(handle, file)
  return handle
}

/** Opens a file for statements that people write: read-only, limited, rows as arrays. Throws SQLite's error. */
export function openForReader(file: DatabaseFile): DatabaseSync {
  const handle = new DatabaseSync(location(file), {
    ...DIALECT,
    readOnly: true,
    returnArrays: true,
    limits: READER_LIMITS,
    timeout: READER_BUSY_TIMEOUT_MS,
  })
  prepareMemory(handle, file)
  // For the SQL of searches, which people see and may run again.
  handle.function('escape_fts', { deterministic: true, directOnly: true }, (text) =>
    escapeFts(String(text ?? '')),
  )
  return handle
}

/**
 * Opens an existing file for writing: rows as arrays, foreign keys enforced. Throws SQLite's error.
 *
 * The journal mode is the owner's choice and stays. `cache_spill` is off because a transaction that spills
 * takes the exclusive lock long before its end, and every reader would wait.
 */
export function openForWriter(file: DatabaseFile): DatabaseSync {
  const handle = new DatabaseSync(file.path, { ...DIALECT, returnArrays: true, limits: WRITER_LIMITS })
  prepareMemory(handle, file)
  handle.exec('PRAGMA cache_spill = OFF')
  return handle
}

function prepareMemory(handle: DatabaseSync, file: DatabaseFile): void {
  handle.exec('PRAGMA temp_store = MEMORY')
  if (file.cacheSizeKb > 0) handle.exec(`PRAGMA cache_size = -${Math.floor(file.cacheSizeKb)}`)
}

function location(file: DatabaseFile): string | URL {
  return file.immutable ? new URL(`${pathToFileURL(file.path).href}?immutable=1`) : file.path
}
