import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import open from 'open'
import { CredentialStore, loginDirectory } from '../client/credentials.ts'
import { isWebAddress } from '../client/server-url.ts'
import { systemClock } from '../clock.ts'
import { systemRandom } from '../random.ts'
import type { ClientDeps } from './client-command.ts'
import { programVersion } from './version.ts'

/** The real world around a command: this process's streams and environment, the network, the clock. */
export function realClientDeps(): ClientDeps {
  const { stdout, stderr, env, platform } = process
  // Closing the launcher's channel ends a command that waits, as closing the terminal does.
  if (process.connected) process.once('disconnect', () => process.exit(1))
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
    openBrowser,
    userAgent: `tapedeck/${programVersion()}`,
  }
}

/** Opens an address without a shell between: the program that opens it gets it as one argument (CVE-2025-6514). */
async function openBrowser(address: string): Promise<void> {
  if (!isWebAddress(address)) return
  try {
    const opener = await open(address)
    // No browser is no fault: the address stands on the terminal.
    opener.on('error', () => undefined)
    opener.unref()
  } catch {
    // The same.
  }
}
