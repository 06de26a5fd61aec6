import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserCommand } from '../client/browser.ts'
import { CredentialStore, loginDirectory } from '../client/credentials.ts'
import { fileProblem } from '../client/file-problem.ts'
import { systemClock } from '../clock.ts'
import { systemRandom } from '../random.ts'
import type { ClientDeps, OpenedFile } from './client-command.ts'
import { programVersion } from '../program-version.ts'

/** The real world around a command: this process's streams and environment, the network, the clock. */
export function realClientDeps(): ClientDeps {
  const { stdout, stderr, env, platform } = process
  // Closing the launcher's channel ends a command that waits, as closing the terminal does.
  if (process.connected) process.once('disconnect', () => process.exit(1))
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `| head` has seen enough. Anything else means that somebody would take a part for the whole.
    if (error.code !== 'EPIPE')
      stderr.write(`Error: The output could not be written: ${fileProblem(error.code)}.\n`)
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })
  return {
    env,
    fetch: (address, init) => fetch(address, init),
    now: () => systemClock.now(),
    waiting: { elapsedMs: () => performance.now(), sleep: (milliseconds) => wait(milliseconds) },
    credentials: new CredentialStore(loginDirectory(env, platform), systemRandom),
    screen: { isTerminal: stdout.isTTY, columns: stdout.columns, rows: stdout.rows, env },
    write: (content) => stdout.write(content),
    complain: (text) => stderr.write(text),
    complainsToTerminal: stderr.isTTY,
    openFile,
    newKey: () => randomUUID(),
    onInterrupt: (handle) => {
      process.on('SIGINT', handle)
      return () => process.off('SIGINT', handle)
    },
    exit: (code) => process.exit(code),
    platform,
    start,
    userAgent: `tapedeck/${programVersion()}`,
  }
}

/** Bytes that are read, and sent, at once. */
const CHUNK_BYTES = 64 * 1024

/** What is no ordinary file, such as a pipe, can be read once only and is kept. */
async function openFile(path: string): Promise<OpenedFile> {
  const stats = path === '-' ? null : await stat(path)
  if (stats?.isFile() === true) {
    await access(path, constants.R_OK)
    return { bytes: stats.size, chunks: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }) }
  }
  const content = path === '-' ? await buffer(process.stdin) : await readFile(path)
  return { bytes: content.length, chunks: () => piecesOf(content) }
}

async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += CHUNK_BYTES) yield content.subarray(at, at + CHUNK_BYTES)
}

/** Without a shell between: the program gets the address as one argument (CVE-2025-6514). */
function start({ file, arguments: words }: BrowserCommand): void {
  const program = spawn(file, words, { stdio: 'ignore', detached: true })
  // No browser is no fault: the address stands on the terminal.
  program.on('error', () => undefined)
  program.unref()
}
