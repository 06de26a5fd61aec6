import type { Kysely } from 'kysely'
import { createSigner } from '../auth/signing.ts'
import { readGoodToken } from '../auth/good-token.ts'
import { signToken } from '../auth/token-format.ts'
import { createTokenVerifier, type TokenVerifier } from '../auth/token-verifier.ts'
import type { Clock, EpochSeconds } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import type { Settings } from '../config/settings.ts'
import { AuditTrail } from '../events/audit-trail.ts'
import { EventListeners } from '../events/event-listeners.ts'
import { createTrackEvents, type TrackEvents } from '../events/track-events.ts'
import type { PluginFacts } from '../features/instance/routes.tsx'
import type { Fetch } from '../http/bounded-fetch.ts'
import type { PublicFetch } from '../http/public-fetch.ts'
import { createUrls } from '../http/urls.ts'
import type { Logger } from '../log.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { createPermissions } from '../permissions/create-permissions.ts'
import type { ConfiguredPlugin, PluginHost } from '../plugins/define-plugin.ts'
import { combineHooks, type CombinedHooks, type Hooks } from '../plugins/hooks.ts'
import type { Random } from '../random.ts'
import type { Route } from '../routing/route.ts'
import { savedQueryRules } from '../saved-queries/query-rules.ts'
import { SavedQueries } from '../saved-queries/saved-queries.ts'
import { createBrowserSessions } from '../sessions/browser-sessions.ts'
import { SessionStore } from '../sessions/session-store.ts'
import { BackgroundSync } from '../store/background-sync.ts'
import { createAccountLinks, type AccountLinks } from './account-links.ts'
import { createMessages } from './messages.ts'
import { createPageRenderer } from './page.tsx'
import { loadStaticFiles, type StaticFiles } from './static-files.ts'

/** The secret before the present one. What it signed is accepted until that moment; null for as long as it is given. */
export type PreviousSecret = { readonly secret: string; readonly until: EpochSeconds | null }

export type ActivateInput = {
  /** The internal database, with every migration done. */
  readonly store: Kysely<unknown>
  readonly config: Config
  readonly settings: Settings
  readonly plugins: readonly ConfiguredPlugin[]
  readonly secret: string
  readonly previousSecret?: PreviousSecret | null
  /** `--root`: the actor `root` may do everything that no rule denies. */
  readonly rootEnabled: boolean
  readonly defaultDeny: boolean
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly fetchPublic: PublicFetch
  readonly hasTable: PluginHost['hasTable']
  readonly log: Logger
}

/** What the plugins got and what they brought, with the parts of the host that were made for it. */
export type Activated = {
  readonly host: PluginHost
  readonly hooks: CombinedHooks
  readonly verifyToken: TokenVerifier
  readonly accountLinks: AccountLinks
  readonly pluginRoutes: readonly Route[]
  /** The plugins by name, with the hooks that each uses. */
  readonly pluginFacts: readonly PluginFacts[]
  readonly sessionStore: SessionStore
  readonly savedQueries: SavedQueries
  readonly staticFiles: StaticFiles
  readonly trackEvents: TrackEvents
  readonly trail: AuditTrail
  readonly disk: BackgroundSync
  readonly listeners: EventListeners
}

/** Makes the host that plugins stand on, and activates them. It knows no database that people see: commands of plugins do without. */
export function activatePlugins(input: ActivateInput): Activated {
  const { clock, config, random, settings, store } = input
  const previous = input.previousSecret ?? null
  const signer = createSigner(
    input.secret,
    previous && {
      secret: previous.secret,
      isAccepted: () => previous.until === null || clock.now() < previous.until,
    },
  )
  const verifyToken = createTokenVerifier(signer)
  const urls = createUrls({ basePath: settings.base_url, forceHttps: settings.force_https_urls })
  const savedQueries = new SavedQueries(store, (database, name) => {
    const configured = config.databases ?? {}
    const queries = Object.hasOwn(configured, database) ? configured[database]?.queries : undefined
    return queries !== undefined && queries !== null && Object.hasOwn(queries, name)
  })
  const permissions = createPermissions({
    actions: [...CORE_ACTIONS, ...input.plugins.flatMap((plugin) => plugin.actions)],
    config,
    pluginRules: input.plugins.flatMap((plugin) => plugin.rules),
    defaultDeny: input.defaultDeny,
    rootEnabled: input.rootEnabled,
    defaultAllowSql: settings.default_allow_sql,
    changingRules: savedQueryRules(savedQueries),
  })
  const sessionStore = new SessionStore(store)
  const staticFiles = loadStaticFiles()
  const messages = createMessages(signer, urls)
  const disk = new BackgroundSync(store)
  const trail = new AuditTrail(store, disk)
  const listeners = new EventListeners(input.log)
  const trackEvents = createTrackEvents({ trail, listeners, clock, log: input.log })

  // Pages show links of plugins, and plugins render pages: the hooks are filled in after both exist.
  const hooksOfPlugins: Hooks[] = []
  const hooks = combineHooks(hooksOfPlugins)
  const { signedIn, accountClosed } = hooks
  const accountLinks = createAccountLinks(hooks, permissions)
  const host: PluginHost = {
    clock,
    random,
    fetch: input.fetch,
    fetchPublic: input.fetchPublic,
    log: input.log,
    store,
    disk,
    permissions,
    hasTable: input.hasTable,
    signer,
    urls,
    page: createPageRenderer({ urls, accountLinks, messages, staticFiles }),
    say: (c, message) => messages.add(c, message),
    sessions: createBrowserSessions({
      store: sessionStore,
      signer,
      urls,
      clock,
      random,
      signedIn,
      accountClosed,
      trackEvents,
    }),
    tokenSettings: {
      maxTtlSeconds: settings.max_signed_tokens_ttl,
      areAllowed: settings.allow_signed_tokens,
    },
    signToken: (payload) => signToken(signer, payload),
    readToken: (token) =>
      settings.allow_signed_tokens
        ? readGoodToken(verifyToken, token, settings.max_signed_tokens_ttl, clock.now())
        : null,
  }
  const active = input.plugins.map((plugin) => plugin.activate(host))
  hooksOfPlugins.push(...active.map((plugin) => plugin.hooks))
  for (const [place, { hooks }] of active.entries()) {
    if (hooks.trackEvent !== undefined) listeners.add(input.plugins[place]?.name ?? '', hooks.trackEvent)
  }

  return {
    host,
    hooks,
    verifyToken,
    accountLinks,
    pluginRoutes: active.flatMap((plugin) => plugin.routes),
    pluginFacts: input.plugins.map(({ name }, place) => ({
      name,
      hooks: Object.keys(active[place]?.hooks ?? {}),
    })),
    sessionStore,
    savedQueries,
    staticFiles,
    trackEvents,
    trail,
    disk,
    listeners,
  }
}
