import type { Clock, EpochSeconds } from '../clock.ts'
import { parseCookies } from '../http/cookies.ts'
import { ACTOR_COOKIE, parseActorCookie } from './actor-cookie.ts'
import type { Actor } from './actor.ts'
import type { AuthScheme } from './scheme.ts'
import type { Signer } from './signing.ts'

export type CookieSchemeDeps = {
  readonly signer: Signer
  readonly clock: Clock
  /** The session of this id that lasts, with all that is known of its person; null for one that was ended. */
  readonly findSession: (
    sessionId: string,
  ) => Promise<{ readonly actor: Actor; readonly expiresAt: EpochSeconds } | null>
}

/**
 * Signs in whoever carries a good `ds_actor` cookie (host.md §3.1). A bad one is as none, and so is one whose session was
 * ended. A cookie without a session speaks for itself.
 */
export function createCookieScheme({ signer, clock, findSession }: CookieSchemeDeps): AuthScheme {
  return async (request) => {
    const value = parseCookies(request.headers.get('cookie')).get(ACTOR_COOKIE)
    const cookie = value === undefined ? null : parseActorCookie(signer, value, clock.now())
    if (cookie === null) return { kind: 'not-mine' }
    const { actor, sessionId } = cookie
    if (sessionId === null) return { kind: 'actor', actor, session: null, grant: null }
    const session = await findSession(sessionId)
    if (session === null) return { kind: 'not-mine' }
    return {
      kind: 'actor',
      actor: session.actor,
      session: { id: sessionId, expiresAt: session.expiresAt },
      grant: null,
    }
  }
}
