import { loadClientCommand } from './cli/client-commands.ts'
import { runClientCommand } from './cli/client-command.ts'
import { keepHeapSmall } from './cli/small-heap.ts'

/**
 * The program. Exit codes: 0 when it did what was asked, 1 when something it was given cannot be used, 2 when
 * the command line cannot be understood; commands that speak to a server have more (docs/cli.md).
 *
 * The server's code and the client's are loaded when they are wanted: neither waits for the other.
 */
async function main(argv: readonly string[]): Promise<number> {
  const command = await loadClientCommand(argv[0])
  if (command !== null) {
    const { realClientDeps } = await import('./cli/real-client-deps.ts')
    return runClientCommand(command, argv.slice(1), realClientDeps())
  }
  if (argv[0] === 'create-token') {
    const { runCreateToken } = await import('./cli/run-create-token.ts')
    return runCreateToken(argv.slice(1))
  }
  keepHeapSmall()
  const { PLUGIN_COMMANDS, runPluginCommand } = await import('./cli/plugin-commands.ts')
  const pluginCommand = PLUGIN_COMMANDS.find(({ name }) => name === argv[0])
  if (pluginCommand !== undefined) return runPluginCommand(pluginCommand, argv.slice(1))
  const { runServe } = await import('./cli/run-serve.ts')
  // `serve` is the default command.
  return runServe(argv[0] === 'serve' ? argv.slice(1) : argv)
}

const code = await main(process.argv.slice(2))
// What was written must arrive before the process ends, also in a pipe. What could not be written ends it elsewhere.
process.stdout.write('', (error) => {
  if (error === undefined || error === null) process.stderr.write('', () => process.exit(code))
})
