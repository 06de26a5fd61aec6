import { actorId, isTokenActor, type Actor } from '../auth/actor.ts'
import type { Authenticator } from '../auth/authenticate.ts'
import type { Clock } from '../clock.ts'
import { CORS_HEADERS } from '../http/cors.ts'
import { checkCrossSite, checkOrigin } from '../http/csrf.ts'
import { HttpError } from '../http/http-error.ts'
import type { Urls } from '../http/urls.ts'
import { INSTANCE, databaseResource, tableResource, type Resource } from '../permissions/action.ts'
import type { ActivityLog } from '../permissions/activity.ts'
import type { Permissions } from '../permissions/permissions.ts'
import type { AppContext } from '../routing/context.ts'
import { allowHeader, answerOptions } from './options.ts'
import type { Refusals } from './refusals.tsx'
import { missingText, movedPath } from './unknown-path.ts'
import { whenUnlocked } from './when-unlocked.ts'
import type { Refusal, Route, RouteParams } from '../routing/route.ts'
import type { Router } from '../routing/router.ts'

type DispatchDeps = {
  readonly router: Router
  readonly urls: Urls
  readonly authenticate: Authenticator
  readonly permissions: Permissions
  readonly refusals: Refusals
  /** Told of every decision about a request. */
  readonly activity: ActivityLog
  readonly clock: Clock
  /** Throws a 404 when the path names a database or table that does not exist. */
  readonly requireResource: (params: RouteParams) => void
  /** The tables whose content the table at a path holds as well: who may not see those may not see it. */
  readonly hostsOf: (params: RouteParams) => readonly string[]
}

/**
 * Leads a request to its handler. The order is the security model: where does it go, may another site send
 * it, who asks, does the thing exist, may they use it, and only then the handler.
 */
export function createDispatcher(deps: DispatchDeps): (c: AppContext) => Promise<Response> {
  return async (c) => {
    const path = deps.urls.pathOf(c.req.raw)
    const moved = movedPath(path)
    if (moved !== null) {
      const location = deps.urls.path(moved) + new URL(c.req.url).search
      return c.body('', 301, { location, 'content-type': 'text/plain' })
    }
    const match = deps.router.match(c.req.method, path)
    const crossSite = match.kind === 'unknown' ? 'refused' : (match.route.crossSite ?? 'refused')
    if (match.kind !== 'unknown') {
      c.set('isPersonal', match.route.allow.who === 'person' || crossSite === 'never')
    }

    if (crossSite === 'accepted') {
      for (const [name, value] of Object.entries(CORS_HEADERS)) c.header(name, value)
    } else {
      const check = crossSite === 'never' ? checkOrigin : checkCrossSite
      const verdict = check(c.req.raw, deps.urls.origin(c.req.raw))
      if (!verdict.ok) return deps.refusals.crossSite(c, verdict.error)
    }
    if (c.req.method === 'OPTIONS') return answerOptions(c, deps.urls, match)

    const identity = await deps.authenticate(c.req.raw, c.env.address)
    if (identity.kind === 'refused') return deps.refusals.badToken(c, identity.message)
    c.set('actor', identity.actor)
    c.set('session', identity.session)
    c.set('grant', identity.grant)
    refuseSecondToken(c)

    if (match.kind === 'unknown') throw new HttpError(404, missingText(path))
    const { route } = match
    const refuse = (refusal: Refusal) => route.refuse?.(c, refusal) ?? deps.refusals.refuse(c, refusal)
    if (match.kind === 'wrong-method') {
      c.header('allow', allowHeader(match.methods))
      return refuse({ reason: 'method-not-allowed' })
    }
    const answer = () => {
      if (route.asksPermissionFirst !== true) deps.requireResource(match.params)
      const refusal = judge(deps, route, match.params, identity.actor)
      return refusal === null ? route.handle(c, match.params) : refuse(refusal)
    }
    // What is read of a database can be read again; sign-ins and the like use up what they came with, and name no database.
    return route.method === 'GET' && match.params['database'] !== undefined ? whenUnlocked(answer) : answer()
  }
}

/** A token in the address would stand in logs, so it is never read; one beside a header is refused (RFC 6750 §2). */
function refuseSecondToken(c: AppContext): void {
  if (c.req.query('access_token') === undefined) return
  if (!/^bearer /iu.test(c.req.header('authorization') ?? '')) return
  throw new HttpError(400, 'A request carries one token: send it in the Authorization header alone', {
    headers: { 'www-authenticate': 'Bearer error="invalid_request"' },
  })
}

function judge(
  { activity, clock, hostsOf, permissions }: DispatchDeps,
  { allow }: Route,
  params: RouteParams,
  actor: Actor | null,
): Refusal | null {
  const unlessHeld = (action: string): Refusal | null => {
    const hosts = action === 'view-table' ? hostsOf(params) : []
    const asked = [params, ...hosts.map((table) => ({ ...params, table }))]
    for (const resource of asked.map((one) => resourceOf(permissions, action, one))) {
      const decision = permissions.decide(actor, action, resource)
      activity.add({ at: clock.now(), actor, action, resource, decision })
      if (!decision.allowed)
        return { reason: 'forbidden', action, resource: resourceOf(permissions, action, params) }
    }
    return null
  }
  switch (allow.who) {
    case 'anyone':
      return null
    case 'permitted':
      return unlessHeld(allow.action)
    case 'person':
      if (actor === null || actorId(actor) === null) return { reason: 'signed-out' }
      if (isTokenActor(actor)) return { reason: 'token-not-accepted' }
      return allow.action === null ? null : unlessHeld(allow.action)
  }
}

/** What the URL names, at the level of the action. */
function resourceOf(permissions: Permissions, action: string, params: RouteParams): Resource {
  const level = permissions.findAction(action)?.level
  const { database, table, query } = params
  const resource = table ?? query
  if (level === 'resource' && database !== undefined && resource !== undefined)
    return tableResource(database, resource)
  if (level === 'database' && database !== undefined) return databaseResource(database)
  return INSTANCE
}
