import type { Logger } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import { formatMessage, SqlChild } from './child.ts'
import type { QueryAnswer, QueryFailure } from './database.ts'
import type { ReadMessage } from './messages.ts'
import { CRASHED, judgeOutcome, NOT_RUNNING, type Answered } from './outcome.ts'
import { decodeValue } from './wire-values.ts'

/** How many reader processes there are and how long the queue before them may get. */
export type PoolOptions = {
  /** Queries that can run at the same time, at least 1. One process more is kept warm. */
  readonly size: number
  /** Queries that may wait for a reader. */
  readonly maxWaiting: number
  readonly log: Logger
}

/** Who asks, as a peer that shares the readers with others, and the sign that the answer is not wanted any more. */
export type Asker = { readonly peer: string | null; readonly signal: AbortSignal | null }

type Job = {
  readonly message: ReadMessage
  readonly asker: Asker
  readonly resolve: (result: Result<Answered, QueryFailure>) => void
}

/** What a running query may still take when the one who asked has gone: to kill it costs the start of a process. */
const ABANDONED_MS = 50

/**
 * The processes that run read-only SQL, for all databases together: a process costs too much memory to have
 * some per database, and each opens the files that it is asked for.
 *
 * A query has a process for itself, and its time begins when it gets it. The next goes to the peer with the
 * fewest queries running, first come first served among equals. One that does not end is killed
 * with its process; the warm spare takes the place at once and the next spare starts. Readers come into
 * being when they are needed, so a quiet server has one or two.
 */
export class ReaderPool {
  readonly #options: PoolOptions
  readonly #readers = new Set<SqlChild>()
  readonly #spares = new Set<SqlChild>()
  readonly #running = new Set<Job>()
  #waiting: Job[] = []
  #limitMemory = process.platform === 'linux'
  #isClosed = false

  /** Starts the first spare, so that the first query finds it warm. */
  constructor(options: PoolOptions) {
    this.#options = options
    this.#startSpares()
  }

  /** Runs one statement. The signal ends it early, as `interrupted`. */
  async read(message: ReadMessage, asker: Asker): Promise<Result<QueryAnswer, QueryFailure>> {
    const answered = await this.#run(message, asker)
    if (!answered.ok) return answered
    const { reply, body } = answered.value
    if (reply.kind !== 'rows') return fail(CRASHED)

    const { columns, truncated, lastRow } = reply
    return ok({
      columns,
      rows: body,
      truncated,
      lastRow: lastRow?.map(decodeValue) ?? null,
    })
  }

  /** The ids of the processes, the spare ones too. */
  pids(): readonly number[] {
    return [...this.#readers, ...this.#spares].map(({ pid }) => pid)
  }

  /** Ends all processes; queries that run or wait fail. Settles when the processes are gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#failWaiting()
    const children = [...this.#readers, ...this.#spares]
    for (const child of children) child.stop()
    await Promise.all(children.map((child) => child.ended))
  }

  #run(message: ReadMessage, asker: Asker): Promise<Result<Answered, QueryFailure>> {
    const { signal } = asker
    if (this.#isClosed) return Promise.resolve(fail(NOT_RUNNING))
    if (signal?.aborted === true) return Promise.resolve(fail(interrupted(message)))

    return new Promise((resolve) => {
      const leave = () => this.#leaveQueue(job)
      const job: Job = {
        message,
        asker,
        resolve: (result) => {
          signal?.removeEventListener('abort', leave)
          resolve(result)
        },
      }
      const isWaiting = this.#waiting.length > 0 || !this.#dispatch(job)
      if (!isWaiting) return
      if (this.#waiting.length >= this.#options.maxWaiting) return resolve(fail({ reason: 'busy' }))
      this.#waiting.push(job)
      this.#startSpares()
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #leaveQueue(job: Job): void {
    if (!this.#waiting.includes(job)) return
    this.#waiting = this.#waiting.filter((other) => other !== job)
    job.resolve(fail(interrupted(job.message)))
  }

  /** Gives the job to a free reader, if there is one. */
  #dispatch(job: Job): boolean {
    const reader = this.#readers.values().find((child) => child.isIdle) ?? this.#promoteSpare()
    if (reader === undefined) return false

    void this.#work(reader, job)
    return true
  }

  async #work(reader: SqlChild, job: Job): Promise<void> {
    const { message, asker, resolve } = job
    const { timeLimitMs } = message
    const { signal } = asker
    this.#running.add(job)
    const hurry = () => reader.hurry(ABANDONED_MS)
    signal?.addEventListener('abort', hurry, { once: true })
    const outcome = await reader.ask(formatMessage(message), timeLimitMs)
    signal?.removeEventListener('abort', hurry)
    this.#running.delete(job)

    if (outcome.kind !== 'reply') this.#readers.delete(reader)
    if (outcome.kind === 'killed')
      this.#options.log.warn({ path: message.file.path, timeLimitMs }, 'sql.killed')
    resolve(judgeOutcome(outcome, timeLimitMs))
    this.#serveWaiting()
  }

  #serveWaiting(): void {
    for (let next = this.#next(); next !== undefined && this.#dispatch(next); next = this.#next()) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1)
    }
  }

  /** The first waiting query of the peer with the fewest running ones, so that nobody can keep all readers to himself. */
  #next(): Job | undefined {
    const peers = [...this.#running].map(({ asker }) => asker.peer)
    const running = ({ asker }: Job) => peers.filter((peer) => peer === asker.peer).length
    const fewest = Math.min(...this.#waiting.map(running))
    return this.#waiting.find((job) => running(job) === fewest)
  }

  #promoteSpare(): SqlChild | undefined {
    if (this.#readers.size >= this.#options.size) return undefined
    const spare = this.#spares.values().find((child) => child.isIdle)
    if (spare === undefined) return undefined
    this.#spares.delete(spare)
    this.#readers.add(spare)
    this.#startSpares()
    return spare
  }

  /** Keeps one spare, and for a moment as many as there are queries that could run at once. */
  #startSpares(): void {
    const room = this.#options.size - this.#readers.size
    const wanted = 1 + Math.min(this.#waiting.length, room)
    while (!this.#isClosed && this.#spares.size < wanted) this.#startSpare()
  }

  #startSpare(): void {
    const child = new SqlChild('reader', this.#limitMemory)
    this.#spares.add(child)
    void this.#awaitReady(child, this.#limitMemory)
    void this.#awaitEnd(child)
  }

  async #awaitReady(child: SqlChild, wasLimited: boolean): Promise<void> {
    if (await child.ready) this.#serveWaiting()
    else this.#couldNotStart(wasLimited)
  }

  async #awaitEnd(child: SqlChild): Promise<void> {
    const ending = await child.ended
    this.#spares.delete(child)
    this.#readers.delete(child)
    if (!ending.wasKilled && !this.#isClosed) this.#options.log.warn(ending, 'sql.process-ended')
  }

  // A system may refuse to start Node under the limit. Without the limit a query that takes all memory is
  // still ended, but by the system.
  #couldNotStart(wasLimited: boolean): void {
    if (this.#isClosed) return
    if (wasLimited) {
      if (this.#limitMemory) this.#options.log.warn({}, 'sql.no-memory-limit')
      this.#limitMemory = false
      this.#startSpares()
    } else if (this.#readers.size === 0) {
      this.#failWaiting()
    }
  }

  #failWaiting(): void {
    for (const job of this.#waiting.splice(0)) job.resolve(fail(NOT_RUNNING))
  }
}

function interrupted({ timeLimitMs }: ReadMessage): QueryFailure {
  return { reason: 'interrupted', timeLimitMs }
}
