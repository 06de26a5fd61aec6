import { statSync } from 'node:fs'
import type { Logger } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import { formatMessage, SqlChild } from './child.ts'
import type {
  JudgedAnswer,
  JudgedStatement,
  SqlRow,
  WriteAnswer,
  WriteFailure,
  WriteRequest,
  WriteStatement,
} from './database.ts'
import type { DatabaseFile, JudgedMessage, Reply, WireStatement, WriteMessage } from './messages.ts'
import { CRASHED, judgeOutcome, NOT_RUNNING, type Answered } from './outcome.ts'
import { decodeValue, encodeParams } from './wire-values.ts'

/** How long a writer process waits for work, and how many writes may wait for it, of how many bytes together. */
export type WriterOptions = {
  readonly idleMs: number
  readonly maxWaiting: number
  /** One write may wait whatever its size. */
  readonly maxWaitingBytes: number
  readonly log: Logger
}

/** A write that waits for its turn. */
type Waiting = {
  /** As it will be sent: many small values take a multiple of that as objects. */
  readonly message: Uint8Array
  readonly timeLimitMs: number
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: Result<Answered['reply'], WriteFailure>) => void
  /** Gives up the place in the queue. */
  readonly leave: () => void
}

/** Time for undoing what a killed writer left half done, in milliseconds. */
const RECOVERY_LIMIT_MS = 10_000

/** Bytes of the write-ahead log from which on it is folded into the file, between two writes. */
const LOG_BYTES = 4 * 1024 * 1024

/** Time for that, and for how long it is left when somebody reads in the log, in milliseconds. */
const FOLD_LIMIT_MS = 60_000
const FOLD_AGAIN_MS = 1000

/**
 * All writes to one database, one after the other, in a process that starts with the first of them and ends
 * when there are none for a while.
 */
export class DatabaseWriter {
  readonly #file: DatabaseFile
  readonly #options: WriterOptions
  readonly #queue: Waiting[] = []
  #child: SqlChild | null = null
  #work: Promise<void> | null = null
  #idleTimer: NodeJS.Timeout | null = null
  #foldedAt = Number.NEGATIVE_INFINITY
  #limitMemory = process.platform === 'linux'
  #isClosed = false

  constructor(file: DatabaseFile, options: WriterOptions) {
    this.#file = file
    this.#options = options
  }

  /** Runs the statements in one transaction after all writes that were asked for earlier. */
  async write(request: WriteRequest): Promise<Result<WriteAnswer, WriteFailure>> {
    const answered = await this.#inTurn(toMessage(this.#file, request), request.signal)
    if (!answered.ok) return answered
    const reply = answered.value
    if (reply.kind === 'unmet') return fail({ reason: 'unmet' })
    if (reply.kind === 'unpermitted') return fail({ reason: 'unpermitted', changes: reply.changes })
    return reply.kind === 'written' ? ok(toAnswer(reply)) : fail(CRASHED)
  }

  /** Runs one statement, if it does nothing but what it may, after all writes that were asked for earlier. */
  async run(statement: JudgedStatement): Promise<Result<JudgedAnswer, WriteFailure>> {
    const { may, isTrial = false, maxRows, timeLimitMs, signal } = statement
    const limits = { may, isTrial, maxRows, timeLimitMs }
    const message = { kind: 'judged', file: this.#file, ...toWire(statement), ...limits } as const
    const answered = await this.#inTurn(message, signal)
    if (!answered.ok) return answered
    const reply = answered.value
    if (reply.kind === 'analyzed') return ok(reply)
    if (reply.kind !== 'ran') return fail(CRASHED)
    return ok({ ...reply, rows: reply.rows.map((cells) => cells.map(decodeValue)) })
  }

  #inTurn(
    asked: WriteMessage | JudgedMessage,
    signal: AbortSignal | undefined,
  ): Promise<Result<Answered['reply'], WriteFailure>> {
    const { timeLimitMs } = asked
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve(fail(NOT_RUNNING))
      if (signal?.aborted === true) return resolve(gone(timeLimitMs))
      const message = formatMessage(asked)
      if (!this.#hasRoom(message.byteLength)) return resolve(fail({ reason: 'busy' }))
      const waiting: Waiting = { message, timeLimitMs, signal, resolve, leave: () => this.#leave(waiting) }
      signal?.addEventListener('abort', waiting.leave)
      this.#queue.push(waiting)
      this.#work ??= this.#serve()
    })
  }

  #hasRoom(bytes: number): boolean {
    const { maxWaiting, maxWaitingBytes } = this.#options
    if (this.#queue.length >= maxWaiting) return false
    const waiting = this.#queue.reduce((sum, { message }) => sum + message.byteLength, 0)
    return waiting === 0 || waiting + bytes <= maxWaitingBytes
  }

  /** The id of the process; null when there is nothing to do. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** Waits for the writes that were asked for, then ends the process. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#work
    await this.#stop()
  }

  /** Takes one write after the other until none waits. */
  async #serve(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      next.signal?.removeEventListener('abort', next.leave)
      next.resolve(await this.#run(next))
      await this.#foldLarge()
    }
    this.#work = null
  }

  /**
   * Folds the log where it is large. Who wrote has their answer by then, so that a process that is killed in the middle leaves nobody in doubt; the
   * next write waits, and its time does not count yet.
   */
  async #foldLarge(): Promise<void> {
    const size = statSync(`${this.#file.path}-wal`, { throwIfNoEntry: false })?.size ?? 0
    if (size < LOG_BYTES || performance.now() - this.#foldedAt < FOLD_AGAIN_MS) return
    const isEmpty = await this.#fold()
    this.#foldedAt = isEmpty ? Number.NEGATIVE_INFINITY : performance.now()
  }

  /** Whether nothing is left in the log. */
  async #fold(): Promise<boolean> {
    const child = await this.#liveChild()
    const outcome = await child?.ask(formatMessage({ kind: 'fold', file: this.#file }), FOLD_LIMIT_MS)
    if (outcome?.kind !== 'reply') this.#child = null
    return (statSync(`${this.#file.path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
  }

  /** Ends the process, after it has tidied up. What was asked for meanwhile comes next. */
  async #rest(): Promise<void> {
    if (this.#child !== null) await this.#fold()
    await this.#stop()
    await this.#serve()
  }

  #leave(waiting: Waiting): void {
    const place = this.#queue.indexOf(waiting)
    if (place >= 0) this.#queue.splice(place, 1)
    waiting.resolve(gone(waiting.timeLimitMs))
  }

  async #run(waiting: Waiting): Promise<Result<Answered['reply'], WriteFailure>> {
    clearTimeout(this.#idleTimer ?? undefined)
    const result = await this.#ask(waiting)
    this.#idleTimer = setTimeout(() => void (this.#work ??= this.#rest()), this.#options.idleMs).unref()
    return result
  }

  async #ask({ message, timeLimitMs }: Waiting): Promise<Result<Answered['reply'], WriteFailure>> {
    const child = await this.#liveChild()
    if (child === null) return fail(NOT_RUNNING)

    const outcome = await child.ask(message, timeLimitMs)
    if (outcome.kind !== 'reply') {
      this.#child = null
      this.#options.log.warn({ path: this.#file.path, ...(await child.ended) }, 'sql.writer-ended')
      await this.#recover()
    }
    if (outcome.kind !== 'reply' && outcome.committing) return fail({ reason: 'in-doubt' })
    const answered = judgeOutcome(outcome, timeLimitMs)
    return answered.ok ? ok(answered.value.reply) : answered
  }

  /**
   * A process killed while it changed the file leaves a journal, and nobody who may only read can open the
   * file before somebody who may write has rolled it back. An empty transaction does that.
   */
  async #recover(): Promise<void> {
    const child = await this.#liveChild()
    const empty: WriteRequest = { statements: [], timeLimitMs: RECOVERY_LIMIT_MS }
    await child?.ask(formatMessage(toMessage(this.#file, empty)), RECOVERY_LIMIT_MS)
  }

  async #liveChild(): Promise<SqlChild | null> {
    if (this.#child?.isIdle === true) return this.#child
    const child = new SqlChild('writer', this.#limitMemory)
    if (await child.ready) {
      this.#child = child
      return child
    }
    if (!this.#limitMemory) return null
    this.#limitMemory = false
    return this.#liveChild()
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idleTimer ?? undefined)
    const child = this.#child
    this.#child = null
    child?.stop()
    await child?.ended
  }
}

function gone(timeLimitMs: number): Result<never, WriteFailure> {
  return fail({ reason: 'interrupted', timeLimitMs })
}

function toMessage(
  file: DatabaseFile,
  { condition, statements, rows, rebuilds, may, timeLimitMs }: WriteRequest,
): WriteMessage {
  return {
    kind: 'write',
    file,
    condition: condition === undefined ? null : toWire(condition),
    statements: statements.map(toWire),
    ...(rebuilds === undefined ? {} : { rebuilds }),
    ...(rows !== undefined && { rows }),
    may: may ?? null,
    timeLimitMs,
  }
}

function toWire({ params, ...statement }: WriteStatement): WireStatement {
  return { ...statement, params: encodeParams(params) }
}

function toAnswer(reply: Extract<Reply, { kind: 'written' }>): WriteAnswer {
  return {
    results: reply.results.map(({ columns, rows }) => ({
      rows: rows.map((cells): SqlRow =>
        Object.fromEntries(columns.map((name, place) => [name, decodeValue(cells[place] ?? null)])),
      ),
    })),
    rowsWritten: reply.rowsWritten,
  }
}
