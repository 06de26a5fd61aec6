import type { Actor } from './actor.ts'
import type { AppGrant, AuthScheme, Session } from './scheme.ts'

/**
 * Finding out who makes a request. Everything here turns bytes that a client sent into an actor or a refusal;
 * what an actor may do is decided in `permissions/`.
 */

/** Who makes a request, or why it goes no further. */
export type Identity =
  /** Null: nobody said who they are. */
  | {
      readonly kind: 'known'
      readonly actor: Actor | null
      readonly session: Session | null
      readonly grant: AppGrant | null
    }
  /** A 401 for any path; `message` is public (host.md §2.2). */
  | { readonly kind: 'refused'; readonly message: string }

export type Authenticator = (request: Request, address: string | null) => Promise<Identity>

/**
 * Asks the schemes in order; the first that has something to say decides. Tokens come before cookies: a good
 * token beats a cookie, and a bad one is refused even beside a good cookie.
 */
export function createAuthenticator(schemes: readonly AuthScheme[]): Authenticator {
  return async (request, address) => {
    for (const scheme of schemes) {
      const answer = await scheme(request, address)
      if (answer.kind === 'refused') return answer
      if (answer.kind === 'actor') {
        const { actor, session, grant } = answer
        return { kind: 'known', actor, session, grant }
      }
    }
    return { kind: 'known', actor: null, session: null, grant: null }
  }
}
