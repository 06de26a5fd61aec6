import { Hono } from 'hono'
import { createAuthenticator } from '../auth/authenticate.ts'
import { createCookieScheme } from '../auth/cookie-scheme.ts'
import type { RootToken } from '../auth/root-token.ts'
import { createTokenScheme } from '../auth/token-scheme.ts'
import { createColumnTypes } from '../column-types/column-types.ts'
import type { Databases } from '../database/open-databases.ts'
import { hostsOf, requireResource } from '../features/exists.ts'
import { TableCounts } from '../features/table-counts.ts'
import { clientAddress, type Network } from '../http/client-address.ts'
import { withResourceMetadata } from '../http/bearer-challenge.ts'
import { CORS_HEADERS } from '../http/cors.ts'
import { IdempotencyKeys } from '../idempotency/idempotency-keys.ts'
import { ActivityLog } from '../permissions/activity.ts'
import type { Permissions } from '../permissions/permissions.ts'
import { randomHex } from '../random.ts'
import type { AppBindings, AppVariables } from '../routing/context.ts'
import { activatePlugins, type ActivateInput } from './activate.ts'
import { createDataConfig } from './data-config.ts'
import { createDispatcher } from './dispatch.ts'
import { createRefusals } from './refusals.tsx'
import type { Route } from '../routing/route.ts'
import { createRouter } from '../routing/router.ts'
import { hostRoutes } from './routes.ts'
import { Upkeep } from './upkeep.ts'
import { readVersions } from './versions.ts'
import { turnEnd } from '../turn.ts'
import type { Uploads } from '../uploads/uploads.ts'

export type ComposeInput = Omit<ActivateInput, 'hasTable'> & {
  readonly databases: Databases
  readonly uploads: Uploads
  readonly rootToken: RootToken
  readonly cors: boolean
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly Network[]
}

/** A server without a port: give it a request, get the response. */
export interface App {
  /** `peer` is the network address of who is connected: the client, or a proxy in front of it. */
  fetch(request: Request, peer: string): Promise<Response>
  /** Waits, some seconds at most, until plugins have heard of everything that was done, and closes the audit trail. No request may be running any more. */
  settle(): Promise<void>
  /** What plugins do before the first request. Gives warnings, a sentence each. */
  startup(): Promise<readonly string[]>
  /** Begins to remove expired rows, until `settle`. */
  startUpkeep(): void
  /** Every route, in the order in which they are tried. */
  readonly routes: readonly Route[]
  /** The `base_url` setting with a slash at both ends. */
  readonly basePath: string
}

/** Builds the application. Nothing below makes anything that lives long; everything comes in through `input`. */
export function composeApp(input: ComposeInput): App {
  const { clock, config, databases, log, random, rootToken, settings } = input
  const {
    accountLinks,
    disk,
    hooks,
    host,
    listeners,
    pluginFacts,
    pluginRoutes,
    savedQueries,
    sessionStore,
    staticFiles,
    trackEvents,
    trail,
    verifyToken,
  } = activatePlugins({
    ...input,
    hasTable: (database, table) => (databases.find(database)?.schema().table(table) ?? null) !== null,
  })
  const { page, permissions, say, sessions, signer, urls } = host

  const authenticate = createAuthenticator([
    createTokenScheme({
      verify: verifyToken,
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
  ])
  const idempotencyKeys = new IdempotencyKeys(input.store)
  const upkeep = new Upkeep(
    [(now) => sessionStore.purge(now), (now) => idempotencyKeys.purge(now), (now) => hooks.purge(now)],
    clock,
    log,
  )
  const activity = new ActivityLog()
  const dataConfig = createDataConfig(config, savedQueries)
  const routes = [
    ...pluginRoutes,
    ...hostRoutes({
      databases,
      permissions,
      settings,
      config: dataConfig,
      columnTypes: createColumnTypes(
        input.store,
        (database, table) => dataConfig.table(database, table).columnTypes,
      ),
      savedQueries,
      counts: new TableCounts(),
      urls,
      page,
      uploads: input.uploads,
      idempotencyKeys,
      signer,
      clock,
      random,
      sessions,
      isStillSignedIn: (c) => sessions.isStillLive(c, input.store),
      rootToken,
      authenticate,
      activity,
      versions: readVersions(),
      plugins: pluginFacts,
      staticFiles,
      signInLinks: hooks.signInLinks,
      signOutUrl: hooks.signOutUrl,
      say,
      accountLinks,
      trackEvents,
      trail,
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
    hostsOf: (params) => hostsOf(databases, params),
    authenticate,
    activity,
    clock,
  })

  const app = new Hono<{ Bindings: AppBindings; Variables: AppVariables }>()
  app.use(async (c, next) => {
    c.set(
      'requestId',
      once(() => randomHex(random, 8)),
    )
    c.set('actor', null)
    c.set('session', null)
    c.set('grant', null)
    c.set('isPersonal', false)
    await savedQueries.keepUp(clock.now())
    await next()
    await sessions.renew(c)
    const challenge = c.res.headers.get('www-authenticate')
    const metadata = challenge === null ? null : hooks.resourceMetadata(c)
    if (challenge !== null && metadata !== null) {
      c.res.headers.set('www-authenticate', withResourceMetadata(challenge, metadata))
    }
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
      log.error({ request_id: c.get('requestId')(), err: fault }, 'request.failed_twice')
      return c.text(`Something went wrong here (request ${c.get('requestId')()})`, 500)
    }
  })

  return {
    startup: () => hooks.startup(),
    startUpkeep: () => upkeep.start(),
    settle: async () => {
      await upkeep.stop()
      await listeners.settle()
      await trail.settle()
      await disk.close()
    },
    routes,
    basePath: urls.basePath,
    fetch: async (request, peer) => {
      const forwardedFor = request.headers.get('x-forwarded-for')
      const address = once(() => clientAddress(peer, forwardedFor, input.trustedProxies))
      // Most requests never ask for it, and to read an address costs as much as to check a permission.
      const response = await app.fetch(request, {
        get address() {
          return address()
        },
      })
      // The answers to what has arrived together leave together: each that leaves alone wakes its client (decisions/0039).
      await turnEnd()
      return response
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

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** `--cors` covers everything but pages for people (oauth.md) and pages that refuse (host.md §8.7). */
function mayBeShared(response: Response): boolean {
  return response.status !== 403 || !(response.headers.get('content-type') ?? '').startsWith('text/html')
}
