import pino from 'pino'
import { startServer } from '../app/start.ts'
import { HELP, USAGE_HINT } from './help.ts'
import { realPrepareDeps } from './real-prepare-deps.ts'
import { parseServeArgs } from './serve-options.ts'
import { serve } from './serve.ts'
import { programVersion } from '../program-version.ts'

/** Runs `serve` with the real world around it: this process's streams, signals, clock and randomness. */
export async function runServe(argv: readonly string[]): Promise<0 | 1 | 2> {
  const request = parseServeArgs(argv, process.env)
  if (!request.ok) {
    console.error(`Error: ${request.error}`)
    console.error(USAGE_HINT)
    return 2
  }

  switch (request.value.kind) {
    case 'help':
      console.log(HELP)
      return 0
    case 'version':
      console.log(programVersion())
      return 0
    case 'serve':
      return await serve(request.value.options, {
        ...realPrepareDeps(),
        start: (input) => startServer({ ...input, ownsProcess: true }),
        log: pino(pino.destination(2)),
        print: (line) => console.log(line),
        complain: (line) => console.error(line),
        stop: stopRequest(),
      })
  }
}

/**
 * Settles at the first request to stop. Later ones change nothing: Ctrl-C reaches this process from the
 * terminal and again through the launcher. A launcher that was killed closes the channel to this process.
 * SIGHUP is left alone, since listening to it would undo `nohup`.
 */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
    if (process.connected) process.once('disconnect', () => resolve())
  })
}
