import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fail, ok, type Result } from '../result.ts'
import type { DatabaseFile } from './messages.ts'
import { openForServer, openForWriter } from './open-file.ts'
import { sqliteErrorCode } from './sqlite-error.ts'

/** Why a file cannot be served, with a sentence that names it. */
export type OpenFault = {
  readonly path: string
  readonly reason: 'missing' | 'duplicate' | 'not-a-file' | 'not-sqlite' | 'unreadable'
  readonly message: string
}

const NOT_A_DATABASE = 26
const READONLY_ROLLBACK = 776
const HASH_CHUNK_BYTES = 1024 * 1024

/**
 * Opens a file for our own statements after looking at what it is. `path` is the name for messages; with
 * `create` a missing file is made, as an empty database.
 */
export function openChecked(
  path: string,
  file: DatabaseFile,
  create: boolean,
): Result<DatabaseSync, OpenFault> {
  const fault = (reason: OpenFault['reason'], message: string) => fail({ path, reason, message })
  try {
    const stat = statSync(file.path, { throwIfNoEntry: false })
    if (stat === undefined && !create) return fault('missing', `Path '${path}' does not exist.`)
    if (stat === undefined) createEmpty(file.path)
    else if (!stat.isFile()) return fault('not-a-file', `${path} is not a file`)
    return ok(openReadable(file))
  } catch (error) {
    if (sqliteErrorCode(error) === NOT_A_DATABASE)
      return fault('not-sqlite', `${path} is not a SQLite database`)
    if (error instanceof Error && 'code' in error) {
      return fault('unreadable', `${path} cannot be opened: ${error.message}`)
    }
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

function openReadable(file: DatabaseFile): DatabaseSync {
  const handle = openForServer(file)
  try {
    touch(handle)
    return handle
  } catch (error) {
    handle.close()
    if (file.immutable || sqliteErrorCode(error) !== READONLY_ROLLBACK) throw error
  }
  // Somebody was stopped while writing. Only a connection that may write can undo what was half done.
  const writer = openForWriter(file)
  touch(writer)
  writer.close()
  return openForServer(file)
}

/** SQLite looks at a file only when something is read from it. */
function touch(handle: DatabaseSync): void {
  handle.prepare('SELECT count(*) FROM sqlite_schema').get()
}
