import pLimit from 'p-limit'
import { fail, ok, type Random, type Result } from '../../plugin.ts'
import type { PasswordHash } from './protocol/ids.ts'
import { hashPassword, matchesPassword, NOBODYS_HASH } from './protocol/password-hash.ts'

/** How many hashes are made at once: each takes 19 MiB and a thread, of which a process has four. */
const AT_ONCE = 2

/** How many more may wait; those would wait about two seconds. */
const MAX_WAITING = 50

/** Makes and compares hashes, a few at a time. `busy`: so many wait already that this one is turned away. */
export class PasswordHasher {
  readonly #limit = pLimit(AT_ONCE)
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  hash(password: string): Promise<Result<PasswordHash, 'busy'>> {
    return this.#inTurn(() => hashPassword(password, this.#random))
  }

  /** The hash, when this is its password; null when not. Nothing matches null, after the same time. */
  async matching(password: string, hash: PasswordHash | null): Promise<Result<PasswordHash | null, 'busy'>> {
    const matched = await this.#inTurn(() => matchesPassword(password, hash ?? NOBODYS_HASH))
    return matched.ok ? ok(matched.value ? hash : null) : matched
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<Result<T, 'busy'>> {
    return this.#limit.pendingCount >= MAX_WAITING ? fail('busy') : ok(await this.#limit(work))
  }
}
