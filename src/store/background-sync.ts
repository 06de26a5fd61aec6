import { open, type FileHandle } from 'node:fs/promises'
import { CompiledQuery, sql, type Kysely } from 'kysely'
import type { Store } from './connect.ts'

/** Writes to the internal database, of which nobody is told before they would survive a power cut. */
export interface Disk {
  /** Runs `work` on a connection of its own; gives its value when what it wrote is on the disk. Fails also when that is not known. */
  write<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T>
}

const NO_SYNC = CompiledQuery.raw('pragma synchronous = normal')
const SYNC = CompiledQuery.raw('pragma synchronous = full')

/**
 * Commits that do not make this process wait for the disk. SQLite syncs inside the call that commits, and everything else here
 * would stand still for that long; for what is written with every change of data that is too often. So SQLite commits to
 * its write-ahead log without a sync, and the log is synced by a thread of Node's, which is all that `synchronous=FULL` adds.
 */
export class BackgroundSync implements Disk {
  readonly #store: Store
  /** The open log; null before the first write. */
  #log: Promise<FileHandle | null> | null = null

  constructor(store: Store) {
    this.#store = store
  }

  async write<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const log = await (this.#log ??= this.#openLog().catch((error: unknown) => {
      // The next write tries again.
      this.#log = null
      throw error
    }))
    const value = await this.#store.connection().execute(async (db) => {
      if (log === null) return work(db)
      await db.executeQuery(NO_SYNC)
      try {
        return await work(db)
      } finally {
        await db.executeQuery(SYNC)
      }
    })
    await log?.datasync()
    return value
  }

  /** Lets go of the log; a later write opens it again. */
  async close(): Promise<void> {
    const log = await this.#log
    this.#log = null
    await log?.close()
  }

  /** The write-ahead log, which stays the same file while the store is open; null for a database that has none, whose commits are as safe as they can be without. */
  async #openLog(): Promise<FileHandle | null> {
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(this.#store)
    if (mode.rows[0]?.journal_mode !== 'wal') return null
    const { rows } = await sql<{ file: string }>`pragma database_list`.execute(this.#store)
    return open(`${rows[0]?.file ?? ''}-wal`, 'r+')
  }
}
