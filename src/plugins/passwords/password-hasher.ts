import pLimit from 'p-limit'
import { fail, ok, type Random, type Result } from '../../plugin.ts'
import type { PasswordHash } from './protocol/ids.ts'
import { hashPassword, matchesPassword } from './protocol/password-hash.ts'

/** How many hashes are made at once: each takes 19 MiB and a thread, of which a process has four. */
const AT_ONCE = 2

/** How many more may wait; those would wait about two seconds. */
const MAX_WAITING = 50

/** Makes and compares hashes, a few at a time. `busy`: so many wait already that this one is turned away. */
export class PasswordHasher {
  readonly #limit = pLimit(AT_ONCE)
  readonly #random: Random
  /** The hash that a name without a password is compared with, so that it takes as long as any other. Made at the first use. */
  #nobodys: Promise<PasswordHash> | null = null

  constructor(random: Random) {
    this.#random = random
  }

  hash(password: string): Promise<Result<PasswordHash, 'busy'>> {
    return this.#inTurn(() => hashPassword(password, this.#random))
  }

  /** Whether this is the password of that hash. Nothing matches null, after the same time. */
  async matches(password: string, hash: PasswordHash | null): Promise<Result<boolean, 'busy'>> {
    // Waited for in either case: the first name after a start must not show by its time that nobody has it.
    const nobodys = await (this.#nobodys ??= hashPassword('', this.#random))
    const matched = await this.#inTurn(() => matchesPassword(password, hash ?? nobodys))
    return matched.ok ? ok(matched.value && hash !== null) : matched
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<Result<T, 'busy'>> {
    return this.#limit.pendingCount >= MAX_WAITING ? fail('busy') : ok(await this.#limit(work))
  }
}
