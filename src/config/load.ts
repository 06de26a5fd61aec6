import type { z } from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import { applySettingArguments, type SettingArgument } from './command-line.ts'
import { faultsOf, wordFault, type ConfigFault } from './config-error.ts'
import { readDocument } from './document.ts'
import { mergeDeep } from './merge.ts'
import { splitMetadata } from './metadata.ts'
import { rootConfigSchema, type Config } from './schema.ts'
import { resolveSecrets, type Environment } from './secrets.ts'
import { defaultSettings, settingsSchema, type Settings } from './settings.ts'
import { unknownKeys } from './unknown-keys.ts'

/**
 * From files and options to a validated configuration. Nothing here stops at the first mistake: whoever
 * starts a server sees all of them at once.
 */

/**
 * A plugin as far as its configuration goes: the key under `plugins:`, and what judges the block that stands there
 * (an absent one is `{}`). `Configured` is what comes of a good block.
 */
export type ConfigurablePlugin<Configured> = {
  readonly name: string
  readonly configure: (block: unknown, words: typeof wordFault) => Result<Configured, z.ZodError>
}

/** Where a configuration comes from. */
export type ConfigInput<Configured> = {
  /** `--config`, JSON or YAML; null for none. */
  readonly configFile: string | null
  /** `--metadata`, JSON or YAML; null for none. */
  readonly metadataFile: string | null
  /** `--setting`, in the order given. */
  readonly settings: readonly SettingArgument[]
  readonly plugins: readonly ConfigurablePlugin<Configured>[]
  /** Where `$env` looks. */
  readonly env: Environment
}

/** A configuration in which nothing is wrong. */
export type LoadedConfig<Configured> = {
  readonly config: Config
  readonly settings: Settings
  /** Every plugin that was given, in that order, with its block accepted and the secrets in it resolved. */
  readonly plugins: readonly Configured[]
  /** What was ignored, a sentence each. */
  readonly warnings: readonly string[]
}

/** Reads, merges and validates a configuration, or tells every fault in it. */
export function loadConfig<Configured>(
  input: ConfigInput<Configured>,
): Result<LoadedConfig<Configured>, readonly ConfigFault[]> {
  const configFile = readOptional(input.configFile)
  const metadataFile = readOptional(input.metadataFile)
  const split = splitMetadata(metadataFile.content)
  const merged = applySettingArguments(mergeDeep(split.config, configFile.content), input.settings)
  const source = merged.config

  const root = rootConfigSchema.safeParse(mergeDeep(split.metadata, source), { error: wordFault })
  const settings = parseSettings(source['settings'])
  const plugins = configurePlugins(source['plugins'], input.plugins, input.env)

  const faults = [
    ...configFile.faults,
    ...metadataFile.faults,
    ...merged.faults,
    ...(root.success ? [] : faultsOf(root.error, [])),
    ...settings.faults,
    ...plugins.faults,
  ]
  if (!root.success || faults.length > 0) return fail(faults)

  const { settings: _settings, plugins: _plugins, ...config } = root.data
  return ok({
    config: { ...config, metadata: split.metadata, asWritten: source },
    settings: settings.value,
    plugins: plugins.configured,
    warnings: [
      ...split.withoutEffect.map(
        (path) => `${path} has no effect in a metadata file; put it into the configuration`,
      ),
      ...unknownKeys(source).map((path) => `${path} is not a key of the configuration and is ignored`),
      ...plugins.unknown.map((name) => `plugins.${name} is ignored: there is no plugin of that name`),
    ],
  })
}

function readOptional(file: string | null): { content: JsonObject; faults: readonly ConfigFault[] } {
  const document = file === null ? ok({}) : readDocument(file)
  return document.ok ? { content: document.value, faults: [] } : { content: {}, faults: [document.error] }
}

/** A setting without a value keeps its default, as in Datasette. */
function parseSettings(value: JsonValue | undefined): { value: Settings; faults: readonly ConfigFault[] } {
  // What is no mapping at all is a fault of the root schema already.
  const given = isJsonObject(value) ? Object.entries(value).filter(([, setting]) => setting !== null) : []
  const parsed = settingsSchema.safeParse(Object.fromEntries(given), { error: wordFault })
  return parsed.success
    ? { value: parsed.data, faults: [] }
    : { value: defaultSettings, faults: faultsOf(parsed.error, ['settings'], 'unknown setting') }
}

function configurePlugins<Configured>(
  value: JsonValue | undefined,
  plugins: readonly ConfigurablePlugin<Configured>[],
  env: Environment,
): { configured: readonly Configured[]; faults: readonly ConfigFault[]; unknown: readonly string[] } {
  const blocks = isJsonObject(value) ? value : {}
  const known = new Set(plugins.map((plugin) => plugin.name))
  const configured: Configured[] = []
  const faults: ConfigFault[] = []

  for (const { name, configure } of plugins) {
    const path = ['plugins', name]
    const block = resolveSecrets(blocks[name] ?? {}, path, env)
    faults.push(...block.faults)
    if (block.faults.length > 0) continue

    const judged = configure(block.value, wordFault)
    if (judged.ok) configured.push(judged.value)
    else faults.push(...faultsOf(judged.error, path))
  }
  return { configured, faults, unknown: Object.keys(blocks).filter((name) => !known.has(name)) }
}
