import pino from 'pino'
import { startServer } from './app/start.ts'
import { HELP, USAGE_HINT } from './cli/help.ts'
import { parseServeArgs } from './cli/serve-options.ts'
import { serve } from './cli/serve.ts'
import { programVersion } from './cli/version.ts'
import { findFileFaults } from './database/check-file.ts'
import { INCLUDED_PLUGINS } from './plugins/included.ts'
import { systemRandom } from './random.ts'

/**
 * The program. Exit codes: 0 when it did what was asked, 1 when something it was given cannot be used, 2 when
 * the command line cannot be understood.
 */
async function main(argv: readonly string[]): Promise<0 | 1 | 2> {
  // `serve` is the default command.
  const request = parseServeArgs(argv[0] === 'serve' ? argv.slice(1) : argv, process.env)
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
        plugins: INCLUDED_PLUGINS,
        findFileFaults: (options) => findFileFaults(options).map((fault) => fault.message),
        start: startServer,
        env: process.env,
        random: systemRandom,
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

process.exit(await main(process.argv.slice(2)))
