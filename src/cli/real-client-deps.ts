import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserCommand } from '../client/browser.ts'
import { CredentialStore, loginDirectory } from '../client/credentials.ts'
import { fileProblem } from '../client/file-problem.ts'
import { systemClock } from '../clock.ts'
import { systemRandom } from '../random.ts'
import type { ClientDeps } from './client-command.ts'
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
    readFile: (path) => (path === '-' ? buffer(process.stdin) : readFile(path)),
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

/** Without a shell between: the program gets the address as one argument (CVE-2025-6514). */
function start({ file, arguments: words }: BrowserCommand): void {
  const program = spawn(file, words, { stdio: 'ignore', detached: true })
  // No browser is no fault: the address stands on the terminal.
  program.on('error', () => undefined)
  program.unref()
}
