import { setTimeout as wait } from 'node:timers/promises'
import type { RunningServer, StartInput } from '../app/start.ts'
import type { Logger } from '../log.ts'
import type { Result } from '../result.ts'
import { prepareServer, type PrepareDeps } from './prepare.ts'
import type { ServeOptions } from './serve-options.ts'

/** What `serve` needs from outside. */
export type ServeDeps = PrepareDeps & {
  /** Starts the server, or tells every reason why it cannot, a sentence each. */
  readonly start: (input: StartInput) => Promise<Result<RunningServer, readonly string[]>>
  readonly log: Logger
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void
  /** Settles when the server is asked to stop. */
  readonly stop: Promise<unknown>
}

const CLOSE_LIMIT_MS = 5000

/**
 * `tapedeck serve`: reads the configuration, opens the state, serves until asked to stop. Returns the exit
 * code: 0 after a stop, 1 when something it was given cannot be used, after a line for each such thing.
 */
export async function serve(options: ServeOptions, deps: ServeDeps): Promise<0 | 1> {
  const refuse = (faults: readonly string[]): 1 => {
    for (const fault of faults) deps.complain(`Error: ${fault}`)
    return 1
  }

  const prepared = prepareServer(options, deps)
  if (!prepared.ok) return refuse(prepared.error)
  const { warnings, state, ...configuration } = prepared.value
  const { location, internalPath, secret } = state
  const { previousSecret } = options
  const started = await deps.start({
    ...configuration,
    options,
    secret,
    previousSecret,
    internalPath,
    log: deps.log,
  })
  if (!started.ok) return refuse(started.error)
  const server = started.value

  for (const warning of [...warnings, ...server.warnings]) deps.complain(`Warning: ${warning}`)
  deps.print(`State: ${location}`)
  deps.print(`Address: ${server.url}`)
  if (server.rootLink !== null) deps.print(server.rootLink)

  await deps.stop
  // A client that reads slowly, or never, must not keep the server from ending.
  await Promise.race([server.close(), wait(CLOSE_LIMIT_MS, undefined, { ref: false })])
  return 0
}
