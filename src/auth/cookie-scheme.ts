import type { Clock } from '../clock.ts'
import { parseCookies } from '../http/cookies.ts'
import { ACTOR_COOKIE, parseActorCookie } from './actor-cookie.ts'
import type { AuthScheme } from './scheme.ts'
import type { Signer } from './signing.ts'

export type CookieSchemeDeps = { readonly signer: Signer; readonly clock: Clock }

/** Signs in whoever carries a good `ds_actor` cookie (host.md §3.1). A bad one is as none. */
export function createCookieScheme({ signer, clock }: CookieSchemeDeps): AuthScheme {
  return async (request) => {
    const value = parseCookies(request.headers.get('cookie')).get(ACTOR_COOKIE)
    const actor = value === undefined ? null : parseActorCookie(signer, value, clock.now())
    return actor === null ? { kind: 'not-mine' } : { kind: 'actor', actor }
  }
}
