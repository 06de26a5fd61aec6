import { systemClock } from '../clock.ts'
import type { CommandRequest } from '../plugins/define-plugin.ts'
import { createPublicFetch } from '../http/public-fetch.ts'
import { systemRandom } from '../random.ts'
import { fail, type Result } from '../result.ts'
import { activatePlugins } from './activate.ts'
import { openInternalDatabase } from './internal-database.ts'
import { serverUrl } from './server-url.ts'
import type { StartInput } from './start.ts'

/** Does what a command of a plugin was asked to do, on the internal database of a server, whether that runs or not. The failure is a sentence. */
export async function runCommand(
  { run }: CommandRequest,
  { config, internalPath, log, options, plugins, previousSecret = null, secret, settings }: StartInput,
  print: (line: string) => void,
): Promise<Result<null, string>> {
  const store = await openInternalDatabase(internalPath, plugins, log)
  if (!store.ok) return fail(store.error)
  try {
    const { host } = activatePlugins({
      store: store.value,
      config,
      settings,
      plugins,
      secret,
      previousSecret,
      rootEnabled: options.root,
      defaultDeny: options.defaultDeny,
      clock: systemClock,
      random: systemRandom,
      fetch: (address, init) => fetch(address, init),
      fetchPublic: createPublicFetch(),
      hasTable: () => false,
      log,
    })
    // Of a server that listens everywhere, or at a port of the system's choice, this says nothing.
    const isKnown = options.port !== 0 && !['0.0.0.0', '::'].includes(options.host)
    const address = isKnown ? serverUrl(options.host, options.port, host.urls.basePath) : null
    return await run({ host, address, print })
  } finally {
    await store.value.destroy()
  }
}
