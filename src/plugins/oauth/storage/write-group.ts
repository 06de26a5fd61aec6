import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { fail, ok, type Disk, type Result } from '../../../plugin.ts'
import type { OAuthTables } from './tables.ts'

/** Something to be written; it may run more than once, so it does nothing else. */
type Write<T> = (trx: Transaction<OAuthTables>) => Promise<T>

type Waiting = {
  readonly run: (trx: Transaction<OAuthTables>) => Promise<void>
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Commits what several requests write at the same moment in one transaction, so that they wait for the disk once and not one after the
 * other. Nobody is answered before what they wrote is on the disk; what comes while the disk is at work is committed together after it.
 */
export class WriteGroup {
  readonly #disk: Disk
  #waiting: Waiting[] = []
  #isWriting = false

  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** Writes, and gives what `write` gave once that is durable. */
  write<T>(write: Write<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: () => T
      this.#waiting.push({
        run: async (trx) => {
          const written = await write(trx)
          result = () => written
        },
        done: () => resolve(result()),
        failed: reject,
      })
      if (!this.#isWriting) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      // What came in together is written together.
      await setImmediate()
      const group = this.#waiting
      this.#waiting = []
      if (await this.#commit(group)) continue
      // One of them fails: each for itself, so that it fails alone.
      for (const one of group) await this.#commit([one])
    }
    this.#isWriting = false
  }

  /** False when a group of several was rolled back, and nobody was told anything. */
  async #commit(group: readonly Waiting[]): Promise<boolean> {
    try {
      const committed = await this.#disk.write((db) => transact(db.$extendTables<OAuthTables>(), group))
      if (!committed.ok && group.length > 1) return false
      for (const { done, failed } of group) {
        if (committed.ok) done()
        else failed(committed.error)
      }
    } catch (error) {
      // It may be committed, and is not known to be on the disk: nobody is told that it is, and it is not done again.
      for (const { failed } of group) failed(error)
    }
    return true
  }
}

/** All of them in one transaction, or none; the error is what one of them failed with. */
async function transact(db: Kysely<OAuthTables>, group: readonly Waiting[]): Promise<Result<null, unknown>> {
  try {
    await db.transaction().execute(async (trx) => {
      for (const { run } of group) await run(trx)
    })
    return ok(null)
  } catch (error) {
    return fail(error)
  }
}
