import type { GrantChanges } from './grant-changes.ts'

/** For how long a count of changes is believed, in milliseconds: what another process changed is not known for no longer than that. */
const MAX_AGE_MS = 250

/**
 * Tells whether what was read earlier still holds. Every `MAX_AGE_MS`, and only while somebody asks, one row is read that tells
 * whether anything changed; what this process changes itself is known at once.
 */
export class ChangeWatch {
  readonly #changes: Pick<GrantChanges, 'count' | 'ownChanges'>
  readonly #nowMs: () => number
  #heard = 0
  #count: number | null = null
  #countedAtMs = -Infinity
  #counting: Promise<void> | null = null

  /** `nowMs` is a clock that is never set back. */
  constructor(
    changes: Pick<GrantChanges, 'count' | 'ownChanges'>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#changes = changes
    this.#nowMs = nowMs
  }

  /** A number that is another one after every change that this process knows of. */
  get state(): number {
    return this.#heard + this.#changes.ownChanges
  }

  /** Resolves when all is known that was changed `MAX_AGE_MS` ago. Fails when the store cannot be read. */
  async listen(): Promise<void> {
    if (this.#nowMs() - this.#countedAtMs < MAX_AGE_MS) return
    // Many at once read the count once.
    this.#counting ??= this.#readCount().finally(() => {
      this.#counting = null
    })
    await this.#counting
  }

  async #readCount(): Promise<void> {
    const startedAtMs = this.#nowMs()
    const count = await this.#changes.count()
    if (count !== this.#count) this.#heard += 1
    this.#count = count
    this.#countedAtMs = startedAtMs
  }
}
