import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { z } from 'zod'
import type { PageRenderer } from '../routing/page-view.ts'
import type { Route } from '../routing/route.ts'
import type { Signer } from '../auth/signing.ts'
import type { TokenPayload } from '../auth/token-format.ts'
import type { Clock } from '../clock.ts'
import type { JsonObject } from '../http/json.ts'
import type { Urls } from '../http/urls.ts'
import type { Logger } from '../log.ts'
import type { Action } from '../permissions/action.ts'
import type { Permissions } from '../permissions/permissions.ts'
import type { Random } from '../random.ts'
import type { Hooks } from './hooks.ts'

/** What a plugin gets from the host when it is activated. Everything that lives long is made by the host. */
export type PluginHost = {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** The internal database. A plugin touches only tables that its own migrations made. */
  readonly store: Kysely<unknown>
  readonly permissions: Permissions
  /** Signs with the server's secret; a plugin uses a namespace of its own. */
  readonly signer: Signer
  readonly urls: Urls
  /** What the settings say of API tokens: `max_signed_tokens_ttl` (0 for none) and `allow_signed_tokens`. */
  readonly tokenSettings: { readonly maxTtlSeconds: number; readonly areAllowed: boolean }
  /** Makes a `dstok_` token with this payload (host.md §2.1). */
  readonly signToken: (payload: TokenPayload & JsonObject) => string
  /** Renders a page in the site's shell, with the account menu and waiting messages. */
  readonly page: PageRenderer
}

/** What a plugin brings once its configuration is known. */
export type ActivePlugin = { readonly routes: readonly Route[]; readonly hooks: Hooks }

/** A plugin as its author declares it. `Config` is what its schema makes of the configuration. */
export type PluginDefinition<Config> = {
  /** The key under `plugins:` in the configuration. */
  readonly name: string
  /** Schema of the configuration; an absent block is read as `{}`. Unknown keys are faults. */
  readonly config: z.ZodType<Config>
  readonly actions: readonly Action[]
  /** Migrations of the plugin's own tables, by name; run in name order, once, before activation. */
  readonly migrations: Readonly<Record<string, Migration>>
  readonly activate: (host: PluginHost, config: Config) => ActivePlugin
}

/** A plugin as the host sees it: the configuration is whatever the plugin's own schema accepts. */
export type Plugin = PluginDefinition<unknown>

/** Declares a plugin. The product's own features are declared through it like anyone's. */
export function definePlugin<Config>(definition: PluginDefinition<Config>): Plugin {
  return {
    ...definition,
    activate: (host, config) => definition.activate(host, definition.config.parse(config)),
  }
}
