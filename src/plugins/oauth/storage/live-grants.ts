import type { GrantId } from '../protocol/ids.ts'
import type { GrantChanges } from './grant-changes.ts'
import type { GrantStore, LiveGrant } from './grants.ts'

/** For how long a count of changes is believed, in milliseconds: what another process ended is accepted no longer than that. */
const MAX_AGE_MS = 250

/** Most grants that are remembered. */
const CAPACITY = 10_000

/**
 * The grants that tokens were shown for, in memory: a check of a token reads nothing as long as nothing was ended. Every
 * `MAX_AGE_MS`, and only while tokens come, one row is read that tells whether anything changed; then all is forgotten and each
 * grant is looked up once more. An ended grant is remembered too. When the store cannot be read, the check fails.
 */
export class LiveGrants {
  readonly #grants: Pick<GrantStore, 'findLive'>
  readonly #changes: Pick<GrantChanges, 'count' | 'ownChanges'>
  readonly #nowMs: () => number
  #remembered = new Map<GrantId, LiveGrant | null>()
  #ownChanges = 0
  #count: number | null = null
  #countedAtMs = -Infinity
  #counting: Promise<void> | null = null

  /** `nowMs` is a clock that is never set back. */
  constructor(
    grants: Pick<GrantStore, 'findLive'>,
    changes: Pick<GrantChanges, 'count' | 'ownChanges'>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#grants = grants
    this.#changes = changes
    this.#nowMs = nowMs
  }

  /** The grant, or null for one that has ended or never was. */
  async find(grantId: GrantId): Promise<LiveGrant | null> {
    if (this.#nowMs() - this.#countedAtMs >= MAX_AGE_MS) await this.#hearOfChanges()
    if (this.#ownChanges !== this.#changes.ownChanges) this.#forget()
    const known = this.#remembered.get(grantId)
    if (known !== undefined) return known

    const memory = this.#remembered
    const found = await this.#grants.findLive(grantId)
    // What was read before a change must not be remembered after it.
    if (memory === this.#remembered && this.#ownChanges === this.#changes.ownChanges) {
      const [oldest] = memory.keys()
      if (memory.size >= CAPACITY && oldest !== undefined) memory.delete(oldest)
      memory.set(grantId, found)
    }
    return found
  }

  /** Many checks at once read the count once. */
  #hearOfChanges(): Promise<void> {
    this.#counting ??= this.#readCount().finally(() => {
      this.#counting = null
    })
    return this.#counting
  }

  async #readCount(): Promise<void> {
    const startedAtMs = this.#nowMs()
    const count = await this.#changes.count()
    if (count !== this.#count) this.#forget()
    this.#count = count
    this.#countedAtMs = startedAtMs
  }

  #forget(): void {
    this.#remembered = new Map()
    this.#ownChanges = this.#changes.ownChanges
  }
}
