import type { PreviousSecret } from '../app/activate.ts'
import type { SettingArgument } from '../config/command-line.ts'
import { parseNetwork, type Network } from '../http/client-address.ts'
import { fail, ok, type Result } from '../result.ts'
import { parseWords } from './parse-words.ts'

/** What `serve` was asked to do (host.md §7.1). */
export type ServeOptions = {
  /** Databases that can be changed, as given. */
  readonly files: readonly string[]
  /** `--immutable`: databases that nobody changes while they are served. */
  readonly immutables: readonly string[]
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly configFile: string | null
  readonly metadataFile: string | null
  /** `--secret` or `DATASETTE_SECRET`; null for one that is made and kept. */
  readonly secret: string | null
  /** `--previous-secret` or `DATASETTE_PREVIOUS_SECRET`, with `--previous-secret-until`; null for none. */
  readonly previousSecret: PreviousSecret | null
  /** `--internal`; null for a file in the state directory. */
  readonly internalFile: string | null
  /** `--setting`, in the order given, not yet judged. */
  readonly settings: readonly SettingArgument[]
  readonly root: boolean
  readonly create: boolean
  readonly cors: boolean
  readonly defaultDeny: boolean
  readonly memory: boolean
  /** `--trusted-proxy`: whose word counts on where a request came from. */
  readonly trustedProxies: readonly Network[]
}

/** Whether these options say which server is meant. Without a file, and without a place for its state, it would be one that serves nothing. */
export function namesServer({ files, immutables, internalFile, memory }: ServeOptions): boolean {
  return files.length > 0 || immutables.length > 0 || memory || internalFile !== null
}

/** What a command line asks for. */
export type ServeRequest =
  | { readonly kind: 'serve'; readonly options: ServeOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }

/** The options that `parseArgs` reads. `--setting` is not among them, since it has two values. */
export const SERVE_OPTIONS = {
  immutable: { type: 'string', short: 'i', multiple: true },
  host: { type: 'string', short: 'h' },
  port: { type: 'string', short: 'p' },
  config: { type: 'string', short: 'c' },
  metadata: { type: 'string', short: 'm' },
  secret: { type: 'string' },
  'previous-secret': { type: 'string' },
  'previous-secret-until': { type: 'string' },
  internal: { type: 'string' },
  root: { type: 'boolean' },
  create: { type: 'boolean' },
  cors: { type: 'boolean' },
  'default-deny': { type: 'boolean' },
  memory: { type: 'boolean' },
  'trusted-proxy': { type: 'string', multiple: true },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const

/** Options whose value is the next word, as they can be written, with the long name. */
const OPTIONS_WITH_VALUE = new Map(
  Object.entries(SERVE_OPTIONS).flatMap(([name, option]): [string, string][] => {
    if (option.type !== 'string') return []
    return 'short' in option
      ? [
          [`--${name}`, name],
          [`-${option.short}`, name],
        ]
      : [[`--${name}`, name]]
  }),
)

/** How many of the next words are values of this one. */
export function valueCount(word: string): 0 | 1 | 2 {
  if (word === '-s' || word === '--setting') return 2
  return OPTIONS_WITH_VALUE.has(word) ? 1 : 0
}

const DEFAULT_PORT = 8001

/**
 * Reads the command line of `serve`. The failure is a sentence for the person who typed it. `-h` is the host,
 * as in Datasette; help is `--help` alone.
 */
export function parseServeArgs(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<ServeRequest, string> {
  const separated = separateSettings(argv)
  if (!separated.ok) return separated

  const parsed = parseWords(separated.value.words, SERVE_OPTIONS)
  if (!parsed.ok) return parsed
  const { values, positionals } = parsed.value
  if (values.help === true) return ok({ kind: 'help' })
  if (values.version === true) return ok({ kind: 'version' })

  const port = parsePort(values.port)
  if (port === null) return fail('--port must be a whole number from 0 to 65535')
  const empty = Object.entries(values).find(
    ([, value]) => value === '' || (Array.isArray(value) && value.includes('')),
  )
  if (empty !== undefined) return fail(`--${empty[0]} must not be empty`)
  const proxies = (values['trusted-proxy'] ?? []).map((text) => ({ text, network: parseNetwork(text) }))
  const badProxy = proxies.find(({ network }) => network === null)
  if (badProxy !== undefined) {
    return fail(`--trusted-proxy must be an address or a network such as 10.0.0.0/8, not ${badProxy.text}`)
  }
  const previousSecret = readPreviousSecret(
    // An empty variable is how shells and containers say "not set".
    values['previous-secret'] ?? (env['DATASETTE_PREVIOUS_SECRET'] || null),
    values['previous-secret-until'] ?? (env['DATASETTE_PREVIOUS_SECRET_UNTIL'] || null),
  )
  if (!previousSecret.ok) return previousSecret
  if (positionals.includes('')) return fail('the name of a database file must not be empty')

  return ok({
    kind: 'serve',
    options: {
      files: positionals,
      immutables: values.immutable ?? [],
      host: values.host ?? '127.0.0.1',
      port,
      configFile: values.config ?? null,
      metadataFile: values.metadata ?? null,
      secret: values.secret ?? (env['DATASETTE_SECRET'] || null),
      previousSecret: previousSecret.value,
      internalFile: values.internal ?? null,
      settings: separated.value.settings,
      root: values.root ?? false,
      create: values.create ?? false,
      cors: values.cors ?? false,
      defaultDeny: values['default-deny'] ?? false,
      memory: values.memory ?? false,
      trustedProxies: proxies.flatMap(({ network }) => (network === null ? [] : [network])),
    },
  })
}

/** Reads words that say which server is meant, for a command that does not serve it. The failure is a sentence. */
export function parseServerWords(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<ServeOptions, string> {
  const request = parseServeArgs(words, env)
  if (!request.ok) return request
  return request.value.kind === 'serve'
    ? ok(request.value.options)
    : fail(`--${request.value.kind} is no option of this command`)
}

/**
 * Takes `--setting NAME VALUE` out of the words, since `parseArgs` knows no option with two values. Other
 * options are joined with their value (`--secret=VALUE`), which makes a value that begins with a dash one.
 */
function separateSettings(
  argv: readonly string[],
): Result<{ readonly words: readonly string[]; readonly settings: readonly SettingArgument[] }, string> {
  const words: string[] = []
  const settings: SettingArgument[] = []
  const rest = [...argv]

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      words.push(word, ...rest)
      break
    }
    if (word === '-s' || word === '--setting') {
      const [name, value] = rest.splice(0, 2)
      if (name === undefined || value === undefined) return fail(`${word} needs a name and a value`)
      settings.push([name, value])
      continue
    }
    if (word.startsWith('--setting=')) return fail('--setting needs a name and a value: --setting NAME VALUE')

    const option = OPTIONS_WITH_VALUE.get(word)
    if (option === undefined) {
      words.push(word)
      continue
    }
    const value = rest.shift()
    if (value === undefined) return fail(`${word} needs a value`)
    words.push(`--${option}=${value}`)
  }
  return ok({ words, settings })
}

/** The secret before this one, and when it ends: a moment in UTC, or the first of a day. */
function readPreviousSecret(
  secret: string | null,
  until: string | null,
): Result<PreviousSecret | null, string> {
  if (secret === null) {
    return until === null ? ok(null) : fail('--previous-secret-until needs --previous-secret')
  }
  if (until === null) return ok({ secret, until: null })
  const end = MOMENT.test(until) ? Date.parse(until) : Number.NaN
  return Number.isNaN(end)
    ? fail(
        `--previous-secret-until must be a day or a moment in UTC, such as 2027-01-31 or 2027-01-31T12:00:00Z, not ${until}`,
      )
    : ok({ secret, until: end / 1000 })
}

/** Without a `Z` a moment would be in the time zone of whoever runs the server. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/u

function parsePort(text: string | undefined): number | null {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : null
}
