/**
 * A child process that runs SQL which people wrote, so that the server can end it: `process.ts reader` or
 * `process.ts writer`. It takes one message at a time from file descriptor 3, blocks while it works, and
 * answers there. It never outlives the server: when descriptor 4 closes, it is gone at once, even from
 * inside a statement.
 *
 * It loads as little as possible, because every query that has to be killed costs one start.
 */
import { writeFileSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { FrameReader, writeFrameSync } from './frames.ts'
import { Handles } from './handles.ts'
import type { FoldMessage, JudgedMessage, ReadMessage, Reply, WriteMessage } from './messages.ts'
import { foldWriterLog, openForReader, openForWriter } from './open-file.ts'
import { runJudged } from './run-judged.ts'
import { runRead, type Answer } from './run-read.ts'
import { runWrite } from './run-write.ts'
import { explainStatementError } from './sqlite-error.ts'

const CHANNEL_FD = 3

/** Files that stay open in one child. */
const OPEN_FILES = 16

/** A thread of its own, since this one may be inside SQLite when the server dies. */
const LIFELINE = `
  try { require('node:fs').readSync(4, Buffer.alloc(1)) } catch {}
  process.kill(process.pid, 'SIGKILL')
`
const LIFELINE_LIMITS = {
  maxOldGenerationSizeMb: 8,
  maxYoungGenerationSizeMb: 1,
  codeRangeSizeMb: 4,
  stackSizeMb: 1,
}

// A terminal's Ctrl-C reaches the whole process group; the server decides when its children end.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
preferAsVictim()
const lifeline = new Worker(LIFELINE, { eval: true, resourceLimits: LIFELINE_LIMITS })
lifeline.unref()

try {
  if (process.argv[2] === 'writer') serveWrites()
  else serveReads()
} catch (error) {
  // A bug. The server logs the last words of a child that ended by itself.
  writeSync(2, error instanceof Error ? (error.stack ?? error.message) : String(error))
}
// An ordinary exit would wait for the lifeline's thread, which is inside a call that does not return.
process.kill(process.pid, 'SIGKILL')

function serveReads(): void {
  const handles = new Handles(openForReader, OPEN_FILES)
  const frames = new FrameReader(CHANNEL_FD)
  send({ kind: 'ready' })
  for (let text = frames.nextText(); text !== null; text = frames.nextText()) {
    const message: ReadMessage = JSON.parse(text)
    const answer = explained(() => runRead(handles.get(message.file), message))
    writeFrameSync(CHANNEL_FD, JSON.stringify(answer.reply), answer.body)
  }
}

function serveWrites(): void {
  const handles = new Handles(openForWriter, 1)
  const frames = new FrameReader(CHANNEL_FD)
  send({ kind: 'ready' })
  for (let text = frames.nextText(); text !== null; text = frames.nextText()) {
    const message: WriteMessage | JudgedMessage | FoldMessage = JSON.parse(text)
    const beforeCommit = () => send({ kind: 'committing' })
    const { reply } = explained((): Answer => {
      const handle = handles.get(message.file)
      switch (message.kind) {
        case 'fold':
          return { reply: foldWriterLog(handle), body: [] }
        case 'judged':
          return { reply: runJudged(handle, message, beforeCommit), body: [] }
        case 'write': {
          const onProgress = () => send({ kind: 'progress' })
          return { reply: runWrite(handle, message, beforeCommit, onProgress), body: [] }
        }
      }
    })
    send(reply)
  }
  handles.close()
}

/** Turns a file that cannot be opened any more into an answer. */
function explained(work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    return { reply: { kind: 'failed', ...explainStatementError(error) }, body: [] }
  }
}

function send(reply: Reply): void {
  writeFrameSync(CHANNEL_FD, JSON.stringify(reply), [])
}

/** Where Linux runs out of memory it should end a query, never the server. */
function preferAsVictim(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Some containers hide the file; the limits on memory hold without it.
  }
}
