import { formatConfigFault } from '../config/config-error.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import type { Environment } from '../config/secrets.ts'
import type { ConfiguredPlugin, Plugin } from '../plugins/define-plugin.ts'
import type { Random } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import { formatStateFault } from '../store/state-fault.ts'
import { openState, type State } from '../store/state.ts'
import type { ServeOptions } from './serve-options.ts'

/** What is needed from outside to find out what a server is made from. */
export type PrepareDeps = {
  readonly plugins: readonly Plugin[]
  /** What is wrong with the files that are to be served, a sentence each. */
  readonly findFileFaults: (options: ServeOptions) => readonly string[]
  readonly env: Environment
  readonly random: Random
}

/** A server that could be started: its configuration without a fault, and its state. */
export type Prepared = LoadedConfig<ConfiguredPlugin> & { readonly state: State }

/** Reads the configuration and opens the state of the server that these options are for, or tells every fault, a sentence each. */
export function prepareServer(
  options: ServeOptions,
  { plugins, findFileFaults, env, random }: PrepareDeps,
): Result<Prepared, readonly string[]> {
  const loaded = loadConfig({ ...options, plugins, env })
  // Files are looked at before the state is opened: a mistyped name must not leave a secret behind.
  const fileFaults = findFileFaults(options)
  if (!loaded.ok) return fail([...loaded.error.map(formatConfigFault), ...fileFaults])
  if (fileFaults.length > 0) return fail(fileFaults)

  const state = openState({
    databaseFiles: [...options.files, ...options.immutables],
    internalFile: options.internalFile,
    secret: options.secret,
    env,
    random,
  })
  if (!state.ok) return fail([formatStateFault(state.error)])
  if (options.previousSecret?.secret === state.value.secret) {
    return fail(['--previous-secret is the secret that is in use; give the one before it, or leave it out'])
  }
  const hasNoEnd = options.previousSecret !== null && options.previousSecret.until === null
  const warnings = [...loaded.value.warnings, ...(hasNoEnd ? [NO_END] : [])]
  return ok({ ...loaded.value, warnings, state: state.value })
}

const NO_END =
  'what the previous secret signed is accepted for as long as it is given; say until when with --previous-secret-until'
