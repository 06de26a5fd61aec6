import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import { createAuthenticator } from '../auth/authenticate.ts'
import { createCookieScheme } from '../auth/cookie-scheme.ts'
import type { RootToken } from '../auth/root-token.ts'
import { createSigner } from '../auth/signing.ts'
import { signToken } from '../auth/token-format.ts'
import { createTokenScheme } from '../auth/token-scheme.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import type { Settings } from '../config/settings.ts'
import type { Databases } from '../database/open-databases.ts'
import { requireResource } from '../features/exists.ts'
import type { Fetch } from '../http/bounded-fetch.ts'
import { clientAddress, type Network } from '../http/client-address.ts'
import { CORS_HEADERS } from '../http/cors.ts'
import { createUrls } from '../http/urls.ts'
import type { Logger } from '../log.ts'
import { CORE_ACTIONS } from '../permissions/core-actions.ts'
import { createPermissions } from '../permissions/create-permissions.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { combineHooks, type Hooks } from '../plugins/hooks.ts'
import type { ConfiguredPlugin, PluginHost } from '../plugins/define-plugin.ts'
import { randomHex, type Random } from '../random.ts'
import type { AppBindings, AppVariables } from '../routing/context.ts'
import { createDataConfig } from './data-config.ts'
import { createDispatcher } from './dispatch.ts'
import { createMessages } from './messages.ts'
import { createPageRenderer } from './page.tsx'
import { createRefusals } from './refusals.tsx'
import type { Route } from '../routing/route.ts'
import { createRouter } from '../routing/router.ts'
import { createBrowserSessions } from '../sessions/browser-sessions.ts'
import { SessionStore } from '../sessions/session-store.ts'
import { hostRoutes } from './routes.ts'
import { loadStaticFiles } from './static-files.ts'

export type ComposeInput = {
  readonly databases: Databases
  /** The internal database, with every migration done. */
  readonly store: Kysely<unknown>
  readonly config: Config
  readonly settings: Settings
  readonly plugins: readonly ConfiguredPlugin[]
  readonly secret: string
  readonly rootToken: RootToken
  /** `--root`: the actor `root` may do everything that no rule denies. */
  readonly rootEnabled: boolean
  readonly defaultDeny: boolean
  readonly cors: boolean
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly Network[]
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly log: Logger
}

/** A server without a port: give it a request, get the response. */
export interface App {
  /** `peer` is the network address of who is connected: the client, or a proxy in front of it. */
  fetch(request: Request, peer: string): Promise<Response>
  /** Every route, in the order in which they are tried. */
  readonly routes: readonly Route[]
  /** The `base_url` setting with a slash at both ends. */
  readonly basePath: string
}

/** Builds the application. Nothing below makes anything that lives long; everything comes in through `input`. */
export function composeApp(input: ComposeInput): App {
  const { clock, config, databases, log, random, rootToken, settings, store } = input
  const signer = createSigner(input.secret)
  const urls = createUrls({ basePath: settings.base_url, forceHttps: settings.force_https_urls })
  const permissions = createPermissions({
    actions: [...CORE_ACTIONS, ...input.plugins.flatMap((plugin) => plugin.actions)],
    config,
    pluginRules: input.plugins.flatMap((plugin) => plugin.rules),
    defaultDeny: input.defaultDeny,
    rootEnabled: input.rootEnabled,
    defaultAllowSql: settings.default_allow_sql,
  })
  const sessionStore = new SessionStore(store)
  const staticFiles = loadStaticFiles()
  const messages = createMessages(signer, urls)

  // Pages show links of plugins, and plugins render pages: the hooks are filled in after both exist.
  const hooksOfPlugins: Hooks[] = []
  const hooks = combineHooks(hooksOfPlugins)
  const sessions = createBrowserSessions({
    store: sessionStore,
    signer,
    urls,
    clock,
    random,
    signedIn: hooks.signedIn,
  })
  const page = createPageRenderer({ urls, hooks, messages, staticFiles })
  const host: PluginHost = {
    clock,
    random,
    fetch: input.fetch,
    log,
    store,
    permissions,
    signer,
    urls,
    page,
    sessions,
    tokenSettings: {
      maxTtlSeconds: settings.max_signed_tokens_ttl,
      areAllowed: settings.allow_signed_tokens,
    },
    signToken: (payload) => signToken(signer, payload),
  }
  const active = input.plugins.map((plugin) => plugin.activate(host))
  hooksOfPlugins.push(...active.map((plugin) => plugin.hooks))

  const routes = [
    ...active.flatMap((plugin) => plugin.routes),
    ...hostRoutes({
      databases,
      permissions,
      settings,
      config: createDataConfig(config),
      urls,
      page,
      signer,
      clock,
      sessions,
      rootToken,
      staticFiles,
      signInLinks: hooks.signInLinks,
      signOutUrl: hooks.signOutUrl,
      say: (c, message) => messages.add(c, message),
    }),
  ]
  requireKnownActions(routes, permissions)

  const refusals = createRefusals({ urls, permissions, page, log })
  const dispatch = createDispatcher({
    router: createRouter(routes),
    urls,
    permissions,
    refusals,
    requireResource: (params) => requireResource(databases, params),
    authenticate: createAuthenticator([
      createTokenScheme({
        signer,
        clock,
        allowSignedTokens: settings.allow_signed_tokens,
        maxTtlSeconds: settings.max_signed_tokens_ttl,
        tokenGrant: hooks.tokenGrant,
      }),
      createCookieScheme({
        signer,
        clock,
        findSession: (sessionId) => sessionStore.find(sessionId, clock.now()),
      }),
    ]),
  })

  const app = new Hono<{ Bindings: AppBindings; Variables: AppVariables }>()
  app.use(async (c, next) => {
    c.set('requestId', randomHex(random, 8))
    c.set('actor', null)
    c.set('session', null)
    c.set('isPersonal', false)
    await next()
    await sessions.renew(c)
    if (input.cors && !c.get('isPersonal') && mayBeShared(c.res)) {
      for (const [name, value] of Object.entries(CORS_HEADERS)) c.res.headers.set(name, value)
    }
  })
  app.all('*', dispatch)
  app.onError(async (error, c) => {
    try {
      return await refusals.thrown(c, error)
    } catch (fault) {
      // Even the page that tells of a fault can have one. Then there is only text, and the log.
      log.error({ request_id: c.get('requestId'), err: fault }, 'request.failed_twice')
      return c.text(`Something went wrong here (request ${c.get('requestId')})`, 500)
    }
  })

  return {
    routes,
    basePath: urls.basePath,
    fetch: async (request, peer) => {
      const forwardedFor = request.headers.get('x-forwarded-for')
      return app.fetch(request, { address: clientAddress(peer, forwardedFor, input.trustedProxies) })
    },
  }
}

/** A route that asks for an action nobody ever holds, because of a typing error, would be closed to everybody. */
function requireKnownActions(routes: readonly Route[], permissions: Permissions): void {
  for (const { method, path, allow } of routes) {
    const action = allow.who === 'anyone' ? null : allow.action
    if (action !== null && permissions.findAction(action) === null) {
      throw new Error(`${method} ${path} asks for the unknown action ${action}`)
    }
  }
}

/** `--cors` covers everything but pages for people (oauth.md) and pages that refuse (host.md §8.7). */
function mayBeShared(response: Response): boolean {
  return response.status !== 403 || !(response.headers.get('content-type') ?? '').startsWith('text/html')
}
