import type { Logger } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import { SqlChild } from './child.ts'
import type { SqlRow, WriteAnswer, WriteFailure, WriteRequest, WriteStatement } from './database.ts'
import type { AnalyzeMessage, DatabaseFile, Reply, WireStatement, WriteMessage } from './messages.ts'
import type { Operation } from './operation.ts'
import { CRASHED, judgeOutcome, NOT_RUNNING } from './outcome.ts'
import { decodeValue, encodeParams } from './wire-values.ts'

/** How long a writer process waits for work and how many writes may wait for it. */
export type WriterOptions = {
  readonly idleMs: number
  readonly maxWaiting: number
  readonly log: Logger
}

type WriterMessage = WriteMessage | AnalyzeMessage
type WriterReply = Exclude<Reply, { kind: 'failed' }>

/** Time for undoing what a killed writer left half done, in milliseconds. */
const RECOVERY_LIMIT_MS = 10_000

/**
 * All writes to one database, one after the other, in a process that starts with the first of them and ends
 * when there are none for a while.
 */
export class DatabaseWriter {
  readonly #file: DatabaseFile
  readonly #options: WriterOptions
  #child: SqlChild | null = null
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #idleTimer: NodeJS.Timeout | null = null
  #limitMemory = process.platform === 'linux'
  #isClosed = false

  constructor(file: DatabaseFile, options: WriterOptions) {
    this.#file = file
    this.#options = options
  }

  /** Runs the statements in one transaction after all writes that were asked for earlier. */
  async write(request: WriteRequest): Promise<Result<WriteAnswer, WriteFailure>> {
    const asked = await this.#inTurn(toMessage(this.#file, request))
    if (!asked.ok) return asked
    const reply = asked.value
    if (reply.kind === 'unmet') return fail({ reason: 'unmet' })
    if (reply.kind === 'unpermitted') return fail({ reason: 'unpermitted', operations: reply.operations })
    return reply.kind === 'written' ? ok(toAnswer(reply)) : fail(CRASHED)
  }

  /** Tells what a statement would do, after all writes that were asked for earlier. */
  async analyze(sql: string, timeLimitMs: number): Promise<Result<readonly Operation[], WriteFailure>> {
    const asked = await this.#inTurn({ kind: 'analyze', file: this.#file, sql, timeLimitMs })
    if (!asked.ok) return asked
    return asked.value.kind === 'analyzed' ? ok(asked.value.operations) : fail(CRASHED)
  }

  async #inTurn(message: WriterMessage): Promise<Result<WriterReply, WriteFailure>> {
    if (this.#isClosed) return fail(NOT_RUNNING)
    if (this.#waiting >= this.#options.maxWaiting) return fail({ reason: 'busy' })

    this.#waiting += 1
    const result = this.#last.then(() => this.#run(message))
    this.#last = result
    try {
      return await result
    } finally {
      this.#waiting -= 1
    }
  }

  /** The id of the process; null when there is nothing to do. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** Waits for the writes that were asked for, then ends the process. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
    await this.#stop()
  }

  async #run(message: WriterMessage): Promise<Result<WriterReply, WriteFailure>> {
    clearTimeout(this.#idleTimer ?? undefined)
    const result = await this.#ask(message)
    this.#idleTimer = setTimeout(() => void this.#stop(), this.#options.idleMs).unref()
    return result
  }

  async #ask(message: WriterMessage): Promise<Result<WriterReply, WriteFailure>> {
    const child = await this.#liveChild()
    if (child === null) return fail(NOT_RUNNING)

    const outcome = await child.ask(message, message.timeLimitMs)
    if (outcome.kind !== 'reply') {
      this.#child = null
      this.#options.log.warn({ path: this.#file.path, ...(await child.ended) }, 'sql.writer-ended')
      await this.#recover()
    }
    const answered = judgeOutcome(outcome, message.timeLimitMs)
    return answered.ok ? ok(answered.value.reply) : answered
  }

  /**
   * A process killed while it changed the file leaves a journal, and nobody who may only read can open the
   * file before somebody who may write has rolled it back. An empty transaction does that.
   */
  async #recover(): Promise<void> {
    const child = await this.#liveChild()
    const empty: WriteRequest = { statements: [], timeLimitMs: RECOVERY_LIMIT_MS }
    await child?.ask(toMessage(this.#file, empty), RECOVERY_LIMIT_MS)
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

function toMessage(file: DatabaseFile, { condition, statements, timeLimitMs }: WriteRequest): WriteMessage {
  return {
    kind: 'write',
    file,
    condition: condition === undefined ? null : toWire(condition),
    statements: statements.map(toWire),
    timeLimitMs,
  }
}

function toWire({ sql, params, may, maxRows }: WriteStatement): WireStatement {
  return {
    sql,
    params: encodeParams(params),
    ...(may !== undefined && { may }),
    ...(maxRows !== undefined && { maxRows }),
  }
}

function toAnswer(reply: Extract<Reply, { kind: 'written' }>): WriteAnswer {
  return {
    results: reply.results.map(({ columns, rows, truncated, changes }) => ({
      columns,
      truncated,
      changes,
      rows: rows.map((cells): SqlRow =>
        Object.fromEntries(columns.map((name, place) => [name, decodeValue(cells[place] ?? null)])),
      ),
    })),
  }
}
