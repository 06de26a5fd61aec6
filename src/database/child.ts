import { spawn, type ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { extname } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { FrameAssembler, formatFrameStart, type Frame } from './frames.ts'
import { CHILD_ADDRESS_SPACE_KB, CHILD_HEAP_MB, MAX_ANSWER_BYTES } from './limits.ts'
import type { FoldMessage, JudgedMessage, ReadMessage, Reply, WriteMessage } from './messages.ts'
import { parseReply } from './reply.ts'

/** How a message to a child ended. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly body: Buffer }
  /** Killed because its time was over; with `committing`, while the transaction was being made permanent. */
  | { readonly kind: 'killed'; readonly committing: boolean }
  /** The process ended by itself, as it does when a statement takes all its memory. */
  | { readonly kind: 'crashed'; readonly committing: boolean }

/** What may go to the log about a child that ended: its exit code, signal and last words. */
export type Ending = {
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
  /** Whether it was ended from here and by force. */
  readonly wasKilled: boolean
}

/** Time beyond the limit in which a child may answer by itself before it is killed. */
const GRACE_MS = 25

/** Time that a commit may take, counted from its beginning: a slow disk must not leave a write in doubt. */
const COMMIT_MS = 10_000

/** Bytes of the largest reply: the rows of an answer, and a last row of large values in a longer form. */
const MAX_REPLY_BYTES = 4 * MAX_ANSWER_BYTES

/** Characters of a child's last words that are kept for the log. */
const STDERR_KEPT = 2000

// Beside this file stands the child's: process.ts in the sources, process.js when built.
const PROGRAM = fileURLToPath(new URL(`./process${extname(import.meta.url)}`, import.meta.url))

// The small young generation and the single helper thread save memory in a process that mostly waits; the
// trap handler of WebAssembly would reserve more address space than the limit gives.
const NODE_OPTIONS = [
  '--disable-warning=ExperimentalWarning',
  '--disable-wasm-trap-handler',
  '--v8-pool-size=1',
  '--max-semi-space-size=2',
  `--max-old-space-size=${CHILD_HEAP_MB}`,
]

type Pending = {
  readonly resolve: (outcome: Outcome) => void
  readonly timeLimitMs: number
  timer: NodeJS.Timeout | null
  committing: boolean
}

/** One SQL process and the conversation with it: one message at a time. */
export class SqlChild {
  /** Whether the child came up. False when it ended before it could be asked. */
  readonly ready: Promise<boolean>
  /** Settles when the process is gone. */
  readonly ended: Promise<Ending>
  readonly #process: ChildProcess
  readonly #channel: Duplex
  readonly #frames = new FrameAssembler(MAX_REPLY_BYTES)
  #pending: Pending | null = null
  #isReady = false
  #hasEnded = false
  #wasKilled = false
  #stderr = ''
  #markReady: (isReady: boolean) => void = () => {}

  /** `limitMemory`: puts the address space limit on the process, where the system has one. */
  constructor(role: 'reader' | 'writer', limitMemory: boolean) {
    this.#process = start(role, limitMemory)
    this.#channel = requireDuplex(this.#process.stdio[3])
    this.ready = new Promise((resolve) => (this.#markReady = resolve))
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null) => resolve(this.#end(code, signal))
      this.#process.once('close', end)
      this.#process.once('error', (error) => {
        this.#stderr = error.message
        end(null, null)
      })
    })
    this.#channel.on('data', (piece: Buffer) => this.#take(piece))
    // A broken channel is the end of the process, which is noticed by itself.
    this.#channel.on('error', () => {})
    requireDuplex(this.#process.stdio[4])
      .on('error', () => {})
      .resume()
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-STDERR_KEPT)
    })
  }

  /** The process id, or 0 when there is no process. */
  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Whether the child can be asked now: it has come up, still runs and has nothing to do. */
  get isIdle(): boolean {
    return this.#isReady && !this.#hasEnded && this.#pending === null
  }

  /** Sends a message of `formatMessage` and waits for what becomes of it, at most for the time limit and a moment. Never rejects. */
  ask(message: Uint8Array, timeLimitMs: number): Promise<Outcome> {
    if (!this.isIdle) throw new Error('an SQL process can be asked one thing at a time')
    return new Promise((resolve) => {
      this.#pending = { resolve, timeLimitMs, timer: null, committing: false }
      this.#killAfter(this.#pending, timeLimitMs + GRACE_MS)
      this.#channel.write(message)
    })
  }

  /** Shortens the time of the message that is being worked on. */
  hurry(remainingMs: number): void {
    if (this.#pending !== null && !this.#pending.committing) this.#killAfter(this.#pending, remainingMs)
  }

  /** Lets the process end: by itself when it has nothing to do, by force when it works. It cannot be asked again. */
  stop(): void {
    this.#hasEnded = true
    if (this.#pending === null) this.#channel.end()
    else this.#kill(this.#pending)
  }

  // Nonsense from a child means that strangers' SQL has broken out of SQLite, or a bug: it must go either way.
  #take(piece: Buffer): void {
    const frames = this.#frames.push(piece)
    if (frames === null) return this.#destroy()
    for (const frame of frames) this.#receive(frame)
  }

  #receive(frame: Frame): void {
    const reply = parseReply(frame.text)
    if (reply === null) return this.#destroy()
    if (reply.kind === 'ready') {
      this.#isReady = true
      this.#markReady(true)
    } else if (reply.kind === 'progress') {
      if (this.#pending !== null) this.#killAfter(this.#pending, this.#pending.timeLimitMs + GRACE_MS)
    } else if (reply.kind === 'committing') {
      if (this.#pending === null) return
      this.#pending.committing = true
      this.#killAfter(this.#pending, COMMIT_MS)
    } else {
      this.#settle({ kind: 'reply', reply, body: frame.body })
    }
  }

  #killAfter(pending: Pending, delayMs: number): void {
    clearTimeout(pending.timer ?? undefined)
    // When this process was late itself, the answer may be waiting: look at the channel once more.
    pending.timer = setTimeout(() => setImmediate(() => this.#kill(pending)), delayMs)
  }

  #kill(pending: Pending): void {
    if (this.#pending !== pending) return
    this.#destroy()
    this.#settle({ kind: 'killed', committing: pending.committing })
  }

  #destroy(): void {
    this.#hasEnded = true
    this.#wasKilled = true
    this.#process.kill('SIGKILL')
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending
    if (pending === null) return
    clearTimeout(pending.timer ?? undefined)
    this.#pending = null
    pending.resolve(outcome)
  }

  #end(code: number | null, signal: string | null): Ending {
    this.#hasEnded = true
    this.#markReady(false)
    this.#settle({ kind: 'crashed', committing: this.#pending?.committing ?? false })
    return { code, signal, stderr: this.#stderr, wasKilled: this.#wasKilled }
  }
}

/** A message to a child as the bytes that are sent. */
export function formatMessage(message: ReadMessage | WriteMessage | JudgedMessage | FoldMessage): Uint8Array {
  return formatFrameStart(JSON.stringify(message), 0)
}

function start(role: string, limitMemory: boolean): ChildProcess {
  const command = [process.execPath, ...NODE_OPTIONS, PROGRAM, role]
  const limited = ['/bin/sh', '-c', `ulimit -v ${CHILD_ADDRESS_SPACE_KB}; exec "$0" "$@"`, ...command]
  const [file = process.execPath, ...args] = limitMemory ? limited : command
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: childEnvironment(),
  })
  if (role === 'reader' && child.pid !== undefined) stepBack(child.pid)
  return child
}

/**
 * Lets the server itself go first where there are more to run than cores: somebody's long query, or the start of a new
 * process after one was killed, must not keep others waiting. A system that does not allow it runs all alike.
 */
function stepBack(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
  }
}

// No secret of the server's environment belongs where other people's SQL runs. TZ matters to SQLite's
// 'localtime', the library path to how Node itself was installed.
function childEnvironment(): NodeJS.ProcessEnv {
  const { TZ, LD_LIBRARY_PATH } = process.env
  return {
    ...(TZ === undefined ? {} : { TZ }),
    ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }),
  }
}

function requireDuplex(stream: Readable | NodeJS.WritableStream | null | undefined): Duplex {
  if (!isDuplex(stream)) throw new Error('the SQL process could not be connected')
  return stream
}

function isDuplex(stream: Readable | NodeJS.WritableStream | null | undefined): stream is Duplex {
  return stream !== null && stream !== undefined && 'write' in stream && 'read' in stream
}
