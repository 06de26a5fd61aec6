import type { Actor } from '../auth/actor.ts'
import type { EpochSeconds } from '../clock.ts'
import type { Decision, Resource } from './permissions.ts'

/** A decision that was made about a request. */
export type Activity = {
  readonly at: EpochSeconds
  readonly actor: Actor | null
  readonly action: string
  readonly resource: Resource
  readonly decision: Decision
}

/** Decisions that are remembered (host.md §11.8). */
const REMEMBERED = 200

/** What was decided last about requests, for people who wonder why they are refused. In memory, and gone with the process. */
export class ActivityLog {
  readonly #entries: Activity[] = []
  #next = 0

  /** Remembers a decision in place of the oldest one. */
  add(activity: Activity): void {
    this.#entries[this.#next] = activity
    this.#next = (this.#next + 1) % REMEMBERED
  }

  /** Newest first. */
  latest(): readonly Activity[] {
    const older = this.#entries.slice(0, this.#next)
    const oldest = this.#entries.slice(this.#next)
    return [...oldest, ...older].toReversed()
  }
}
