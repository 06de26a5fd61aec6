import { existsSync } from 'node:fs'
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { escapeFts } from './escape-fts.ts'
import { READER_LIMITS, WRITER_LIMITS } from './limits.ts'
import type { DatabaseFile } from './messages.ts'
import { isLocked, sqliteErrorCode } from './sqlite-error.ts'

/**
 * How every connection reads: integers exactly, and text in double quotes as a literal where it names no
 * column, as Datasette's SQLite does (host.md §9.4).
 */
const DIALECT: DatabaseSyncOptions = { readBigInts: true, enableDoubleQuotedStringLiterals: true }

/** How long a reader waits for another process's lock, in milliseconds; the query's time limit goes on meanwhile. */
const READER_BUSY_TIMEOUT_MS = 100

/** How long the first write waits for a moment without readers, to give a file its log. */
const LOG_BUSY_TIMEOUT_MS = 250

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
 * The file gets a write-ahead log, so that readers never wait for a writer (decisions/0020). Where that cannot be had, because others
 * use the file just now or its file system has no shared memory, it keeps its journal; then `cache_spill` is off, because a
 * transaction that spills takes the exclusive lock long before its end.
 */
export function openForWriter(file: DatabaseFile): DatabaseSync {
  const handle = new DatabaseSync(file.path, { ...DIALECT, returnArrays: true, limits: WRITER_LIMITS })
  prepareMemory(handle, file)
  if (!hasLog(handle)) handle.exec('PRAGMA cache_spill = OFF')
  // A commit is as short as it can be: folding the log into the file has a turn of its own (`foldWriterLog`).
  handle.exec('PRAGMA wal_autocheckpoint = 0')
  return handle
}

/** Brings the log of a handle of `openForWriter` into its file, and empties it unless somebody reads in it just now. Throws SQLite's error. */
export function foldWriterLog(handle: DatabaseSync): { readonly kind: 'folded' } {
  handle.exec('PRAGMA busy_timeout = 0')
  // Emptying it keeps other programs from writing, so all the copying is done before.
  handle.exec('PRAGMA wal_checkpoint(PASSIVE)')
  handle.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  return { kind: 'folded' }
}

/** Asks for a write-ahead log, and tells whether there is one. It needs the file for itself for a moment: readers let go of it all the time. */
function hasLog(handle: DatabaseSync): boolean {
  handle.exec(`PRAGMA busy_timeout = ${LOG_BUSY_TIMEOUT_MS}`)
  try {
    return handle.prepare('PRAGMA journal_mode = WAL').get()?.[0] === 'wal'
  } catch (error) {
    if (isLocked(error)) return false
    throw error
  }
}

/**
 * Folds a write-ahead log into its file and removes it, unless somebody else has the file open. SQLite does so when the last
 * connection ends, but not one that may only read.
 */
export function foldLog(file: DatabaseFile): void {
  if (file.immutable || !existsSync(`${file.path}-wal`)) return
  const handle = new DatabaseSync(file.path, { timeout: 0 })
  try {
    handle.exec('select 1 from sqlite_schema limit 1')
  } catch (error) {
    if (sqliteErrorCode(error) === null) throw error
  } finally {
    handle.close()
  }
}

function prepareMemory(handle: DatabaseSync, file: DatabaseFile): void {
  handle.exec('PRAGMA temp_store = MEMORY')
  if (file.cacheSizeKb > 0) handle.exec(`PRAGMA cache_size = -${Math.floor(file.cacheSizeKb)}`)
}

function location(file: DatabaseFile): string | URL {
  return file.immutable ? new URL(`${pathToFileURL(file.path).href}?immutable=1`) : file.path
}
