import type { EpochSeconds } from '../../../plugin.ts'

/** How often a use is written down, in seconds. */
export const EVERY_SECONDS = 60

/** Most things whose last use is remembered; of others a use is written down more often. */
const CAPACITY = 10_000

/** When things were last used: in memory, so that nobody asks the store before each of their uses. */
export class DueUses<Key> {
  readonly #written = new Map<Key, EpochSeconds>()

  /** Whether a use at this moment is still to be written down. True once a minute and thing. `lastUsedAt` is what the store said at some time. */
  isDue(key: Key, lastUsedAt: EpochSeconds | null, now: EpochSeconds): boolean {
    const last = Math.max(this.#written.get(key) ?? -Infinity, lastUsedAt ?? -Infinity)
    if (now - last < EVERY_SECONDS) return false
    const [oldest] = this.#written.keys()
    if (this.#written.size >= CAPACITY && oldest !== undefined) this.#written.delete(oldest)
    this.#written.set(key, now)
    return true
  }
}
