import type { EpochSeconds, PersonId } from '../../../plugin.ts'
import { formatGranted } from './access-token.ts'
import type { ClientId } from './ids.ts'
import { scopeArrays, type GrantedScopes, type Scope } from './scope.ts'

/** What is told of a token (RFC 7662 §2.2). Of one that is of no use to whoever asks, only that. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly scope: string
      readonly datasette_scopes: readonly Scope[]
      readonly client_id: ClientId
      readonly sub: string
      /** Left out of a refresh token: it is not used at a resource. */
      readonly token_type?: 'bearer'
      /** Left out of one that lasts until access is taken back. */
      readonly exp?: EpochSeconds
      /** Left out of a refresh token that nobody has used yet. */
      readonly iat?: EpochSeconds
      /** The resource that it is bound to, or else this server. */
      readonly aud: string
      readonly iss: string
    }

/** A token that can be used now. */
export type LiveToken = {
  readonly kind: 'access' | 'refresh'
  readonly clientId: ClientId
  readonly userId: PersonId
  readonly resource: string | null
  readonly scopes: GrantedScopes
  readonly issuedAt: EpochSeconds | null
  readonly expiresAt: EpochSeconds | null
}

/** Describes a live token to its own client. */
export function introspection(token: LiveToken, issuer: string): Introspection {
  const { clientId, expiresAt, issuedAt, kind, resource, scopes, userId } = token
  return {
    active: true,
    scope: formatGranted(scopes),
    datasette_scopes: scopeArrays(scopes),
    client_id: clientId,
    sub: String(userId),
    ...(kind === 'access' && { token_type: 'bearer' }),
    ...(expiresAt !== null && { exp: expiresAt }),
    ...(issuedAt !== null && { iat: issuedAt }),
    aud: resource ?? issuer,
    iss: issuer,
  }
}
