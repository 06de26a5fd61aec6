import type { EpochSeconds, JsonObject, PersonId, TokenPayload } from '../../../plugin.ts'
import type { GrantId } from './ids.ts'
import { FULL_ACCESS, scopeArrays, type GrantedScopes, type Scope } from './scope.ts'
import { formatPlainScopes } from './scope-plain.ts'
import type { FindAction } from './scope-request.ts'
import { restrictionsOf } from './scope-restrictions.ts'

/** The key of a token's payload that names its grant. Datasette ignores keys that it does not know (host.md §2.1). */
export const GRANT_KEY = 'g'

export type AccessTokenInput = {
  readonly grantId: GrantId
  readonly userId: PersonId
  readonly scopes: GrantedScopes
  readonly now: EpochSeconds
  /** Null: the token lasts until its grant ends. */
  readonly ttlSeconds: number | null
  readonly findAction: FindAction
}

/**
 * How long an access token lasts, in seconds, or null for as long as its grant: `access_token_ttl`, and never longer
 * than the site lets any token live (`maxTtlSeconds`, 0 for no cap).
 */
export function accessTokenTtl(ttlSeconds: number | null, maxTtlSeconds: number): number | null {
  if (maxTtlSeconds === 0) return ttlSeconds
  return ttlSeconds === null ? maxTtlSeconds : Math.min(ttlSeconds, maxTtlSeconds)
}

/** What an access token says: whose it is, since when, for how long, what it may do at most, and its grant. */
export function accessTokenPayload(input: AccessTokenInput): TokenPayload & JsonObject {
  const restrictions = restrictionsOf(input.scopes, input.findAction)
  return {
    a: input.userId,
    t: input.now,
    ...(input.ttlSeconds !== null && { d: input.ttlSeconds }),
    ...(restrictions !== null && { _r: restrictions }),
    [GRANT_KEY]: input.grantId,
  }
}

/** The answer of the token endpoint (RFC 6749 §5.1). */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds; left out when the token does not expire by itself. */
  readonly expires_in?: number
  /** Left out when the token does not expire, or when no refresh token was asked for. */
  readonly refresh_token?: string
  /** What was granted, in the plain form. Standard clients reject anything but text here. */
  readonly scope: string
  /** The same in the JSON form. */
  readonly datasette_scopes: readonly Scope[]
}

/** What was granted, in the plain form. */
export function formatGranted(granted: GrantedScopes): string {
  return granted.access === 'full' ? FULL_ACCESS : formatPlainScopes(granted.scopes)
}

/** Writes the answer for a signed access token. */
export function tokenResponse(
  accessToken: string,
  granted: GrantedScopes,
  expiresIn: number | null,
  refreshToken: string | null,
): TokenResponse {
  return {
    access_token: accessToken,
    token_type: 'bearer',
    ...(expiresIn !== null && { expires_in: expiresIn }),
    ...(refreshToken !== null && { refresh_token: refreshToken }),
    scope: formatGranted(granted),
    datasette_scopes: scopeArrays(granted),
  }
}
