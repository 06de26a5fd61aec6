import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
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
 * other. Nobody is answered before what they wrote is on the disk.
 */
export class WriteGroup {
  readonly #db: Kysely<OAuthTables>
  #waiting: Waiting[] = []
  #isWriting = false

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
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
      await this.#db.transaction().execute(async (trx) => {
        for (const { run } of group) await run(trx)
      })
    } catch (error) {
      if (group.length > 1) return false
      for (const { failed } of group) failed(error)
      return true
    }
    for (const { done } of group) done()
    return true
  }
}
