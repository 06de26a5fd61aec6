import pino from 'pino'
import { runCommand } from '../app/run-command.ts'
import type { PluginCommand } from '../plugins/define-plugin.ts'
import { INCLUDED_PLUGINS } from '../plugins/included.ts'
import { prepareServer } from './prepare.ts'
import { realPrepareDeps } from './real-prepare-deps.ts'
import { namesServer, parseServerWords } from './serve-options.ts'

/** The commands of plugins: they work on the internal database of a server, and take the words of `serve` that say which. */
export const PLUGIN_COMMANDS: readonly PluginCommand[] = INCLUDED_PLUGINS.flatMap((plugin) => plugin.commands)

/** Runs a command with the real world around it. Exit codes are those of `serve`. */
export async function runPluginCommand(
  { help, parse }: PluginCommand,
  argv: readonly string[],
): Promise<0 | 1 | 2> {
  const refuse = (faults: readonly string[]): 1 => {
    for (const fault of faults) console.error(`Error: ${fault}`)
    return 1
  }
  const misuse = (fault: string): 2 => {
    console.error(`Error: ${fault}`)
    console.error(help.split('\n')[0])
    return 2
  }

  const end = argv.indexOf('--')
  if ((end === -1 ? argv : argv.slice(0, end)).includes('--help')) {
    console.log(help)
    return 0
  }
  const request = parse(argv)
  if (!request.ok) return misuse(request.error)
  const server = parseServerWords(request.value.serveWords, process.env)
  if (!server.ok) return misuse(server.error)
  const options = server.value
  // Without a word about the server it would be one that serves nothing, which nobody means.
  if (!namesServer(options)) {
    return misuse('say which server it is: name the files that it serves, or its --internal FILE')
  }

  const prepared = prepareServer(options, realPrepareDeps())
  if (!prepared.ok) return refuse(prepared.error)
  const { warnings, state, ...configuration } = prepared.value
  for (const warning of warnings) console.error(`Warning: ${warning}`)

  const { internalPath, location, secret } = state
  // As `serve` prints it: who named other files than the server has sees it here.
  console.error(`State: ${location}`)
  const input = {
    ...configuration,
    options,
    secret,
    previousSecret: options.previousSecret,
    internalPath,
    log: pino(pino.destination(2)),
  }
  const done = await runCommand(request.value, input, (line) => console.log(line))
  return done.ok ? 0 : refuse([done.error])
}
