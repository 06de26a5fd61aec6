import type { EpochSeconds } from '../clock.ts'
import type { Actor } from './actor.ts'

/** A person's stay at one browser, which can be ended from elsewhere. */
export type Session = { readonly id: string; readonly expiresAt: EpochSeconds }

/** What a person gave an app, behind a token that the app got for it. */
export type AppGrant = {
  readonly id: string
  /** The app, as it is called now. */
  readonly client: { readonly id: string; readonly name: string }
}

/** What one way of signing in says of a request. */
export type SchemeAnswer =
  /** `session` is null for a token, and for a cookie that names none. */
  | {
      readonly kind: 'actor'
      readonly actor: Actor
      readonly session: Session | null
      /** Null for a person at a browser, and for a token that no app was given. */
      readonly grant: AppGrant | null
    }
  /** Credentials of this scheme, and not good. The request ends here; `message` is public. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing of this scheme in the request. */
  | { readonly kind: 'not-mine' }

/**
 * One way of signing in: looks at a request and answers for itself alone. `address` is the network address of the peer; null for
 * credentials that somebody only looks at.
 */
export type AuthScheme = (request: Request, address: string | null) => Promise<SchemeAnswer>
