import type { EpochSeconds } from '../../plugin.ts'
import type { PendingSignIn } from './protocol/pending.ts'

/** Most states that are remembered; more than that are forgotten, the oldest first. */
const REMEMBERED = 10_000

/**
 * The states that were answered, for as long as their sign-in could be under way. A browser that keeps its cookie cannot have
 * this server ask the provider twice for one sign-in. They are in memory: what a restart forgets, the provider still refuses,
 * since it takes each code once.
 */
export class UsedStates {
  readonly #expiry = new Map<string, EpochSeconds>()

  /** Uses a state up. False when that was done before. */
  use({ state, expiresAt }: PendingSignIn, now: EpochSeconds): boolean {
    if (this.#expiry.has(state)) return false
    for (const [oldest, until] of this.#expiry) {
      if (until > now && this.#expiry.size < REMEMBERED) break
      this.#expiry.delete(oldest)
    }
    this.#expiry.set(state, expiresAt)
    return true
  }
}
