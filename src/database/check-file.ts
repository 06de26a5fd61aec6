import { createHash } from 'node:crypto'
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fail, ok, type Result } from '../result.ts'
import type { DatabaseFile } from './messages.ts'
import { openForServer, openForWriter } from './open-file.ts'
import { sqliteErrorCode } from './sqlite-error.ts'

/** Which files to serve. */
export type FileOptions = {
  readonly files: readonly string[]
  /** Files that nobody changes while the server runs: opened without locks, hashed, and offered for download. */
  readonly immutables: readonly string[]
  /** Makes missing `files`. */
  readonly create: boolean
}

/** Why a file cannot be served, with a sentence that names it. */
export type OpenFault = {
  readonly path: string
  readonly reason: 'missing' | 'duplicate' | 'not-a-file' | 'not-sqlite' | 'unreadable'
  readonly message: string
}

const NOT_A_DATABASE = 26
/** SQLite's primary result codes for a file, or its log, that it may not write to: SQLITE_READONLY and SQLITE_CANTOPEN. */
const MAY_NOT_WRITE: ReadonlySet<number> = new Set([8, 14])
const READONLY_ROLLBACK = 776
const HASH_CHUNK_BYTES = 1024 * 1024

/** How long the start waits for another process's lock, in milliseconds. */
const START_BUSY_TIMEOUT_MS = 1000

/**
 * What is wrong with files that are to be served, each with its own fault. Nothing is made or changed, and
 * no file stays open. With `create` a missing one among `files` is no fault when its folder is there.
 */
export function findFileFaults({ files, immutables, create }: FileOptions): readonly OpenFault[] {
  const seen = new Set<string>()
  const check = (path: string, immutable: boolean): readonly OpenFault[] => {
    const fault = findFault(path, { immutable, mayBeMissing: create && !immutable, seen })
    return fault === null ? [] : [fault]
  }
  return [...files.flatMap((path) => check(path, false)), ...immutables.flatMap((path) => check(path, true))]
}

/**
 * Opens a file without faults for our own statements; a missing one is made, as an empty database. `path` is
 * the name for messages: something may have happened to the file since it was looked at.
 */
export function openFaultless(path: string, file: DatabaseFile): Result<DatabaseSync, OpenFault> {
  try {
    if (statSync(file.path, { throwIfNoEntry: false }) === undefined) createEmpty(file.path)
    else if (isHalfWritten(file)) rollBack(file)
    return ok(openForServer(file))
  } catch (error) {
    return fail(explain(path, error))
  }
}

/** Whether the system lets this process change a file: SQLite writes to it, and makes others beside it meanwhile. */
export function mayChange(path: string): boolean {
  try {
    const place = realpathSync(path)
    accessSync(place, constants.W_OK)
    accessSync(dirname(place), constants.W_OK)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** SHA-256 of a file in hex. Reads all of it and blocks meanwhile, so it belongs to the start of the server. */
export function hashFile(path: string): string {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES)
  const fd = openSync(path, 'r')
  try {
    const read = () => readSync(fd, chunk, 0, chunk.length, null)
    for (let bytes = read(); bytes > 0; bytes = read()) hash.update(chunk.subarray(0, bytes))
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}

/** Makes an empty database. VACUUM writes the header, so that the file is one from the start. */
export function createEmpty(path: string): void {
  const handle = new DatabaseSync(path)
  handle.exec('VACUUM')
  handle.close()
}

type Expected = {
  readonly immutable: boolean
  readonly mayBeMissing: boolean
  /** Where the files before this one are. */
  readonly seen: Set<string>
}

function findFault(path: string, { immutable, mayBeMissing, seen }: Expected): OpenFault | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined && !mayBeMissing) {
      return { path, reason: 'missing', message: `Path '${path}' does not exist.` }
    }
    if (stat?.isFile() === false) return { path, reason: 'not-a-file', message: `${path} is not a file` }

    const place = stat === undefined ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path)
    if (seen.has(place)) return { path, reason: 'duplicate', message: `Duplicate database file: ${path}` }
    seen.add(place)
    if (stat !== undefined) isHalfWritten({ path: resolve(path), immutable, cacheSizeKb: 0 })
    return null
  } catch (error) {
    return explain(path, error)
  }
}

/** What an error of the system or of SQLite says about a file. Any other error is a bug and is thrown on. */
function explain(path: string, error: unknown): OpenFault {
  if (sqliteErrorCode(error) === NOT_A_DATABASE) {
    return { path, reason: 'not-sqlite', message: `${path} is not a SQLite database` }
  }
  if (MAY_NOT_WRITE.has((sqliteErrorCode(error) ?? 0) & 0xff) && hasLog(path) && !mayChange(path)) {
    const message = `${path} has a write-ahead log, which needs a folder that can be written to. If nobody changes the file, serve it with -i (--immutable)`
    return { path, reason: 'unreadable', message }
  }
  if (error instanceof Error && 'code' in error) {
    return { path, reason: 'unreadable', message: `${path} cannot be opened: ${error.message}` }
  }
  throw error
}

/** Whether the header of a file says that it has a write-ahead log (sqlite.org/fileformat.html §1.3). */
function hasLog(path: string): boolean {
  const fd = openSync(path, 'r')
  try {
    const versions = Buffer.alloc(2)
    readSync(fd, versions, 0, versions.length, 18)
    return versions.includes(2)
  } finally {
    closeSync(fd)
  }
}

/**
 * Whether somebody was stopped while writing to the file, so that nobody can read it before `rollBack`.
 * Throws SQLite's error when the file cannot be read at all.
 */
function isHalfWritten(file: DatabaseFile): boolean {
  const handle = openForServer(file)
  try {
    handle.exec(`PRAGMA busy_timeout = ${START_BUSY_TIMEOUT_MS}`)
    touch(handle)
    return false
  } catch (error) {
    if (file.immutable || sqliteErrorCode(error) !== READONLY_ROLLBACK) throw error
    return true
  } finally {
    handle.close()
  }
}

/** Undoes what was half done, which only a connection that may write can do. */
function rollBack(file: DatabaseFile): void {
  const writer = openForWriter(file)
  try {
    touch(writer)
  } finally {
    writer.close()
  }
}

/** SQLite looks at a file only when something is read from it. */
function touch(handle: DatabaseSync): void {
  handle.prepare('SELECT count(*) FROM sqlite_schema').get()
}
