import type { QueryExecutorProvider } from 'kysely'
import { ACTOR_COOKIE, formatActorCookie } from '../auth/actor-cookie.ts'
import { isTokenActor, type Actor } from '../auth/actor.ts'
import type { PersonId } from '../auth/person-id.ts'
import type { Signer } from '../auth/signing.ts'
import type { Clock } from '../clock.ts'
import type { TrackEvents } from '../events/track-events.ts'
import { clearedCookie, serializeCookie } from '../http/cookies.ts'
import type { JsonValue } from '../http/json.ts'
import type { Urls } from '../http/urls.ts'
import { userAgentOf } from '../http/user-agent.ts'
import { randomHex, type Random } from '../random.ts'
import type { AppContext } from '../routing/context.ts'
import type { SessionStore } from './session-store.ts'
import {
  SESSION_RENEW_SECONDS,
  SESSION_TTL_SECONDS,
  type EndedUpstream,
  type SessionSummary,
  type SignIn,
  type Upstream,
} from './sessions.ts'

/** Signing people in and out at their browsers. */
export interface BrowserSessions {
  /** Signs a person in at this browser, and tells the plugins. A session that the browser had ends: its id must not outlive a change of person. */
  start(c: AppContext, signIn: SignIn): Promise<void>
  /** Signs this browser out, and tells where its person had signed in; null for here. */
  end(c: AppContext): Promise<Upstream | null>
  /**
   * Whether the session that a request came with still lasts. A body can be long on its way, and the session end meanwhile: what
   * gives something away that outlives the session asks this in the transaction `db` that writes it. True for a request
   * without a session, which nothing here can end.
   */
  isStillLive(c: AppContext, db: QueryExecutorProvider): Promise<boolean>
  /** Ends every session of a person, at every browser. */
  endAllOf(personId: PersonId): Promise<void>
  /** Ends every session of somebody whose account is closed, and tells the plugins, which end what that person gave to others. */
  closeAccount(personId: PersonId): Promise<void>
  /** Ends what a provider says that it has ended, and tells how many sessions that were. */
  endUpstream(issuer: string, ended: EndedUpstream): Promise<number>
  /** Where a person is signed in, newest first. */
  listOf(personId: PersonId): Promise<readonly SessionSummary[]>
  /** Prolongs the session of a request, at most once a day. */
  renew(c: AppContext): Promise<void>
}

export type BrowserSessionDeps = {
  readonly store: SessionStore
  readonly signer: Signer
  readonly urls: Urls
  readonly clock: Clock
  readonly random: Random
  /** Told of everybody who signs in, before their session begins. */
  readonly signedIn: (actor: Actor) => Promise<void>
  /** Told of everybody whose account is closed, after their sessions ended. */
  readonly accountClosed: (personId: PersonId) => Promise<void>
  readonly trackEvents: TrackEvents
}

/** Makes the sessions of one server. */
export function createBrowserSessions(deps: BrowserSessionDeps): BrowserSessions {
  const { clock, random, signer, store, urls } = deps

  const setCookie = (c: AppContext, actor: Actor, sessionId: string) => {
    const cookie = { actor: cookieActor(actor), sessionId }
    const value = formatActorCookie(signer, cookie, clock.now() + SESSION_TTL_SECONDS)
    const options = { secure: urls.isSecure(c.req.raw), maxAgeSeconds: SESSION_TTL_SECONDS }
    c.header('set-cookie', serializeCookie(ACTOR_COOKIE, value, options), { append: true })
  }

  const endPresent = async (c: AppContext) => {
    const session = c.get('session')
    return session === null ? null : store.end(session.id)
  }

  return {
    start: async (c, signIn) => {
      await endPresent(c)
      await deps.signedIn(signIn.actor)
      const sessionId = randomHex(random, 16)
      const userAgent = userAgentOf(c.req.raw.headers)
      await store.create(sessionId, signIn, { address: c.env.address, userAgent }, clock.now())
      setCookie(c, signIn.actor, sessionId)
      await deps.trackEvents(c, [{ name: 'login' }], signIn.actor)
    },
    end: async (c) => {
      const upstream = await endPresent(c)
      const actor = c.get('actor')
      if (actor !== null && !isTokenActor(actor)) await deps.trackEvents(c, [{ name: 'logout' }])
      c.header('set-cookie', clearedCookie(ACTOR_COOKIE, urls.isSecure(c.req.raw)), { append: true })
      return upstream
    },
    isStillLive: async (c, db) => {
      const session = c.get('session')
      return session === null || store.isLiveIn(db, session.id, clock.now())
    },
    endAllOf: (personId) => store.endAll(personId),
    closeAccount: async (personId) => {
      await store.endAll(personId)
      await deps.accountClosed(personId)
    },
    endUpstream: (issuer, ended) => store.endUpstream(issuer, ended),
    listOf: (personId) => store.listOf(personId, clock.now()),
    renew: async (c) => {
      const session = c.get('session')
      const actor = c.get('actor')
      if (session === null || actor === null) return
      const remaining = session.expiresAt - clock.now()
      if (remaining > SESSION_TTL_SECONDS - SESSION_RENEW_SECONDS) return
      if (!(await store.renew(session.id, clock.now()))) return
      setCookie(c, actor, session.id)
      // The answer carries a key to somebody's session now, so that no cache may keep it.
      c.res.headers.set('cache-control', 'private, no-store')
    },
  }
}

/** Longest text that the cookie repeats, in characters. A browser keeps 4 KiB of a cookie; a profile can be longer. */
const MAX_COOKIE_TEXT_LENGTH = 100

/** What the cookie itself says of a person: who they are and what they are called, as Datasette reads it. The rest stands in the session. */
function cookieActor(actor: Actor): Actor {
  const labels = ['display', 'name', 'username', 'login'].flatMap((key): [string, JsonValue][] => {
    const value = actor[key]
    return typeof value === 'string' && value.length <= MAX_COOKIE_TEXT_LENGTH ? [[key, value]] : []
  })
  return Object.fromEntries([['id', actor['id'] ?? null], ...labels])
}
