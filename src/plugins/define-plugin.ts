import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { z } from 'zod'
import type { PageRenderer, Say } from '../routing/page-view.ts'
import type { Route } from '../routing/route.ts'
import type { Signer } from '../auth/signing.ts'
import type { TokenPayload } from '../auth/token-format.ts'
import type { GoodToken } from '../auth/good-token.ts'
import type { Clock } from '../clock.ts'
import type { Fetch } from '../http/bounded-fetch.ts'
import type { PublicFetch } from '../http/public-fetch.ts'
import type { JsonObject } from '../http/json.ts'
import type { Urls } from '../http/urls.ts'
import type { Logger } from '../log.ts'
import type { Action } from '../permissions/action.ts'
import type { Permissions, Rule } from '../permissions/permissions.ts'
import type { Random } from '../random.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Disk } from '../store/background-sync.ts'
import type { BrowserSessions } from '../sessions/browser-sessions.ts'
import type { Hooks } from './hooks.ts'

/** What a plugin gets from the host when it is activated. Everything that lives long is made by the host. */
export type PluginHost = {
  readonly clock: Clock
  readonly random: Random
  /** Asks other servers that the configuration names. */
  readonly fetch: Fetch
  /** Fetches an address that a stranger named: from the public internet only. */
  readonly fetchPublic: PublicFetch
  readonly log: Logger
  /** The internal database. A plugin touches only tables that its own migrations made. */
  readonly store: Kysely<unknown>
  /** The same, for commits that several requests share and that must not make the others wait for the disk. */
  readonly disk: Disk
  readonly permissions: Permissions
  /** Whether a served database has a table or view of this name now. Commands know no database, and find none. */
  readonly hasTable: (database: string, table: string) => boolean
  /** Signs with the server's secret; a plugin uses a namespace of its own. */
  readonly signer: Signer
  readonly urls: Urls
  /** Who is signed in at which browser, for plugins that sign people in. */
  readonly sessions: BrowserSessions
  /** What the settings say of API tokens: `max_signed_tokens_ttl` (0 for none) and `allow_signed_tokens`. */
  readonly tokenSettings: { readonly maxTtlSeconds: number; readonly areAllowed: boolean }
  /** Makes a `dstok_` token with this payload (host.md §2.1). */
  readonly signToken: (payload: TokenPayload & JsonObject) => string
  /** Reads a `dstok_` token that a request could use now, whatever a plugin knows of it; null for any other text. */
  readonly readToken: (token: string) => GoodToken | null
  /** Renders a page in the site's shell, with the account menu and waiting messages. */
  readonly page: PageRenderer
  readonly say: Say
}

/** What a plugin brings once its configuration is known. */
export type ActivePlugin = { readonly routes: readonly Route[]; readonly hooks: Hooks }

/** A rule of a plugin. Its source is the plugin, so that it cannot claim to be anybody else's. */
export type PluginRule = Omit<Rule, 'source'>

/** Where a command of a plugin runs. */
export type CommandPlace = {
  /** The host, over the internal database; nobody is connected, and no database that people see is open. */
  readonly host: PluginHost
  /** Where the server of these words listens, base URL included and with a slash at its end; null when these words do not say. */
  readonly address: string | null
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
}

/** What a command was asked to do. */
export type CommandRequest = {
  /** The words that `serve` would get: they say which server it is. */
  readonly serveWords: readonly string[]
  /** Does it. The failure is a sentence for the person who typed the command. */
  readonly run: (place: CommandPlace) => Promise<Result<null, string>>
}

/** A command of a plugin, for whoever runs the server: `tapedeck NAME …` works on the internal database, also while it serves. */
export type PluginCommand = {
  readonly name: string
  /** What `--help` prints; the first line is the usage. */
  readonly help: string
  /** Reads the words after the name. The failure is a sentence. */
  readonly parse: (words: readonly string[]) => Result<CommandRequest, string>
}

/** A plugin as its author declares it. `Config` is what its schema makes of the configuration. */
export type PluginDefinition<Config> = {
  /** The key under `plugins:` in the configuration. */
  readonly name: string
  /** Schema of the configuration; an absent block is read as `{}`. Unknown keys are faults. */
  readonly config: z.ZodType<Config>
  readonly actions: readonly Action[]
  /** Rules about any action, beside those of the configuration. None when left out. */
  readonly rules?: (config: Config) => readonly PluginRule[]
  /** Migrations of the plugin's own tables, by name; run in name order, once, before activation. */
  readonly migrations: Readonly<Record<string, Migration>>
  readonly activate: (host: PluginHost, config: Config) => ActivePlugin
  /** None when left out. */
  readonly commands?: readonly PluginCommand[]
}

/** A plugin as the host sees it. What its configuration looks like stays the plugin's own affair. */
export type Plugin = {
  readonly name: string
  readonly commands: readonly PluginCommand[]
  /** Judges the block under `plugins:`; the failure is worded by `words`. */
  readonly configure: (block: unknown, words: z.core.$ZodErrorMap) => Result<ConfiguredPlugin, z.ZodError>
}

/** A plugin whose configuration was accepted, ready for its tables and then for `activate`. */
export type ConfiguredPlugin = Pick<PluginDefinition<unknown>, 'name' | 'actions' | 'migrations'> & {
  readonly rules: readonly Rule[]
  readonly activate: (host: PluginHost) => ActivePlugin
}

/** Declares a plugin. The OAuth provider is declared through it like anyone's plugin. */
export function definePlugin<Config>(definition: PluginDefinition<Config>): Plugin {
  const { name, actions, migrations } = definition
  return {
    name,
    commands: definition.commands ?? [],
    configure: (block, words) => {
      const parsed = definition.config.safeParse(block, { error: words })
      if (!parsed.success) return fail(parsed.error)
      const config = parsed.data
      return ok({
        name,
        actions,
        migrations,
        rules: definition.rules?.(config).map((rule) => ({ ...rule, source: name })) ?? [],
        activate: (host) => definition.activate(host, config),
      })
    },
  }
}
