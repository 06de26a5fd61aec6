import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, EpochSeconds } from '../clock.ts'
import type { Logger } from '../log.ts'

/** Removes a small batch of rows that nobody can use any more. How many those were; 0 when nothing is left to remove. */
export type UpkeepTask = (now: EpochSeconds) => Promise<number>

/** How long nothing is looked for after nothing was found, in milliseconds. */
const IDLE_MS = 60_000

/** Between two batches the server has at least so many times as long for others as the last one took, and at least so many milliseconds. */
const REST_FACTOR = 4
const REST_MS = 10

/**
 * Removes expired rows while the server serves, a small batch at a time and a fifth of the time at most. Several processes on one store
 * may do so at once: what one has removed the other does not find.
 */
export class Upkeep {
  readonly #tasks: readonly UpkeepTask[]
  readonly #clock: Clock
  readonly #log: Logger
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(tasks: readonly UpkeepTask[], clock: Clock, log: Logger) {
    this.#tasks = tasks
    this.#clock = clock
    this.#log = log
  }

  /** Begins. It keeps no process alive. */
  start(): void {
    this.#running = this.#run()
  }

  /** Ends after the batch that is being removed. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      let removed = 0
      for (const task of this.#tasks) {
        const startedMs = performance.now()
        const batch = await this.#remove(task)
        removed += batch
        if (batch > 0) await this.#rest(Math.max(REST_MS, REST_FACTOR * (performance.now() - startedMs)))
        if (signal.aborted) return
      }
      if (removed === 0) await this.#rest(IDLE_MS)
    }
  }

  /** A store that cannot be written now is tried again later. */
  async #remove(task: UpkeepTask): Promise<number> {
    try {
      return await task(this.#clock.now())
    } catch (error) {
      this.#log.warn({ err: error }, 'upkeep.failed')
      return 0
    }
  }

  async #rest(ms: number): Promise<void> {
    const { signal } = this.#stopping
    await wait(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}
