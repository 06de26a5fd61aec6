import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { fail, ok, type Result } from '../result.ts'
import { NodeSqliteDialect } from './node-sqlite-dialect.ts'
import { storeFaultOf, type StoreFault } from './store-fault.ts'

/**
 * The internal records: what plugins remember, apart from the databases that people see. This folder opens
 * and migrates them; the statements stand with the plugins that own the tables.
 */
export type Store = Kysely<unknown>

/** How long the start waits for another process, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000

const SWITCH_PAUSE_MS = 10

/**
 * Opens the internal database at `path`, creating it readable by its owner alone. `:memory:` is a database
 * that ends with the store. A write that was answered survives a power cut (`synchronous=FULL`).
 */
export function openStore(path: string): Result<Store, StoreFault> {
  let database: DatabaseSync | null = null
  try {
    createPrivately(path)
    database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
    switchToWal(database)
    database.exec('pragma synchronous = full')
    // From here on nobody is made to wait: the dialect asks again.
    database.exec('pragma busy_timeout = 0')
    return ok(new Kysely({ dialect: new NodeSqliteDialect(database) }))
  } catch (error) {
    database?.close()
    const fault = storeFaultOf(error)
    if (fault === null) throw error
    return fail(fault)
  }
}

/**
 * Of several processes that switch a new file at the same time SQLite turns some away at once, without the
 * waiting time that it grants everything else.
 */
function switchToWal(database: DatabaseSync): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (storeFaultOf(error)?.reason !== 'busy' || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_PAUSE_MS)
    }
  }
}

/** SQLite would create the file as the umask says. Its `-wal` and `-shm` files take over the mode given here. */
function createPrivately(path: string): void {
  if (path === ':memory:') return
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // It exists, or cannot be created: then opening it fails next, and says why.
  }
}
