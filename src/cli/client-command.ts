/** The commands that speak to a server, as opposed to `serve`, which is one. */
import type { BrowserCommand } from '../client/browser.ts'
import type { CredentialStore } from '../client/credentials.ts'
import type { Waiting } from '../client/device-login.ts'
import { EXIT_CODES, type ClientFailure } from '../client/failure.ts'
import type { Screen } from '../client/qr-code.ts'
import type { EpochSeconds } from '../clock.ts'
import type { Fetch } from '../http/bounded-fetch.ts'
import type { Result } from '../result.ts'

/** What the commands need from outside. */
export type ClientDeps = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly fetch: Fetch
  readonly now: () => EpochSeconds
  readonly waiting: Waiting
  readonly credentials: CredentialStore
  /** Standard output. */
  readonly screen: Screen
  /** Writes to standard output, as it is. */
  readonly write: (content: string | Uint8Array) => void
  /** Writes to standard error. */
  readonly complain: (text: string) => void
  /** Whether standard error is a terminal. */
  readonly complainsToTerminal: boolean
  /** A file, or standard input for `-`. Rejects with the system's error. */
  readonly openFile: (path: string) => Promise<OpenedFile>
  /** A name that nobody else uses. */
  readonly newKey: () => string
  /** Calls back at Ctrl-C, which then does not end the process; gives what stops that. */
  readonly onInterrupt: (handle: () => void) => () => void
  /** Ends the process at once. */
  readonly exit: (code: number) => void
  readonly platform: NodeJS.Platform
  /** Starts a program and does not wait for it; one that is not there is no fault. */
  readonly start: (program: BrowserCommand) => void
  /** What the command line calls itself. */
  readonly userAgent: string
}

/** A file that can be read several times. */
export type OpenedFile = { readonly bytes: number; readonly chunks: () => AsyncIterable<Uint8Array> }

/** One command. */
export type ClientCommand = {
  /** What `--help` prints. */
  readonly help: string
  readonly run: (argv: readonly string[], deps: ClientDeps) => Promise<Result<null, ClientFailure>>
}

const OTHER_TOKEN = 'The token came from TAPEDECK_TOKEN: set one that may do this, or unset it.'

/** Runs a command and tells how it ended: 0, or the exit code of its failure, which is told on standard error. */
export async function runClientCommand(
  { help, run }: ClientCommand,
  argv: readonly string[],
  deps: ClientDeps,
): Promise<number> {
  const end = argv.indexOf('--')
  const options = end === -1 ? argv : argv.slice(0, end)
  if (options.includes('--help')) {
    deps.write(`${help}\n`)
    return 0
  }
  const done = await run(argv, deps)
  if (done.ok) return 0
  const { code, message: said, login } = done.error
  // A login would not help: that token goes before a kept one.
  const next = login !== null && deps.env['TAPEDECK_TOKEN'] ? OTHER_TOKEN : login
  const message = next === null ? said : `${said} ${next}`
  if (options.includes('--json')) {
    deps.complain(`${JSON.stringify({ error: code, message })}\n`)
  } else {
    const usage = code === 'usage' ? `${help.split('\n')[0] ?? ''}\n` : ''
    deps.complain(`Error: ${message}\n${usage}`)
  }
  return EXIT_CODES[code]
}
