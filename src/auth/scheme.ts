import type { Actor } from './actor.ts'

/** What one way of signing in says of a request. */
export type SchemeAnswer =
  | { readonly kind: 'actor'; readonly actor: Actor }
  /** Credentials of this scheme, and not good. The request ends here; `message` is public. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Nothing of this scheme in the request. */
  | { readonly kind: 'not-mine' }

/** One way of signing in: looks at a request and answers for itself alone. */
export type AuthScheme = (request: Request) => Promise<SchemeAnswer>
