import { fail, ok, type EpochSeconds, type Result } from '../../../../plugin.ts'
import { checkGrant, type Grant, type GrantFailure } from '../grant.ts'
import type { ClientId, GrantId, SecretHash } from '../ids.ts'
import { narrowScopes, type NarrowingFailure } from '../narrowing.ts'
import { onlyValue } from '../parameters.ts'
import type { FindAction } from '../scope-request.ts'
import type { GrantedScopes } from '../scope.ts'

/** The `grant_type` of RFC 6749 §6. */
export const REFRESH_TOKEN = 'refresh_token'

/** A grant with its refresh token. There is one at a time: each use replaces it. */
export type RefreshableGrant = {
  readonly clientId: ClientId
  readonly grant: Grant
  /** The token that can be used next. */
  readonly currentHash: SecretHash
  /** When it ends if nobody uses it. */
  readonly expiresAt: EpochSeconds
  /** The one before it, and when that was used; null while the first has not been. */
  readonly previous: { readonly hash: SecretHash; readonly usedAt: EpochSeconds } | null
}

export type RefreshFailure =
  | { readonly reason: 'refresh-token-missing' }
  | { readonly reason: 'refresh-token-unknown' }
  | { readonly reason: 'refresh-token-of-another-client' }
  | { readonly reason: 'refresh-token-expired' }
  /** It was used before, and not just now: two hold the family (RFC 9700 §4.14.2). */
  | { readonly reason: 'refresh-token-reused'; readonly grantId: GrantId }
  /** The token was used just now, and what followed is not known to this request. */
  | { readonly reason: 'refresh-token-lost-race' }
  | GrantFailure
  | NarrowingFailure

export type RefreshPresented = {
  readonly tokenHash: SecretHash
  /** What follows the presented token. */
  readonly nextHash: SecretHash
  readonly form: URLSearchParams
  /** The client that proved itself in this request. */
  readonly clientId: ClientId
  /** The address of this server. */
  readonly issuer: string
  readonly now: EpochSeconds
  readonly graceSeconds: number
  readonly findAction: FindAction
}

/** A refresh that may happen. */
export type Refresh = {
  readonly grant: Grant
  /** What the access token may do: all that was granted, or what the request narrows it to. */
  readonly scopes: GrantedScopes
  /** When the presented token was used before, for somebody who did not get the answer; null the first time. */
  readonly repeatedFrom: EpochSeconds | null
}

/**
 * Whether this client may use this refresh token now; `held` is null when there is no such grant any more. The token was given
 * out by this server at some time. It changes nothing: a request that fails here has used nothing up.
 */
export function checkRefresh(
  held: RefreshableGrant | null,
  presented: RefreshPresented,
): Result<Refresh, RefreshFailure> {
  const { clientId, findAction, form, issuer, nextHash, now, tokenHash } = presented
  if (held === null) return fail({ reason: 'refresh-token-unknown' })
  if (held.clientId !== clientId) return fail({ reason: 'refresh-token-of-another-client' })
  if (held.grant.endedAt !== null) return fail({ reason: 'grant-ended' })

  const isCurrent = tokenHash === held.currentHash
  if (!isCurrent && !isJustUsed(held, presented)) {
    return fail({ reason: 'refresh-token-reused', grantId: held.grant.grantId })
  }
  // The server's secret has changed since: what followed then cannot be computed again.
  if (!isCurrent && nextHash !== held.currentHash) return fail({ reason: 'refresh-token-lost-race' })
  if (held.expiresAt <= now) return fail({ reason: 'refresh-token-expired' })

  const grant = checkGrant(held.grant, form, issuer)
  if (!grant.ok) return grant
  const scopes = narrowScopes(held.grant.scopes, onlyValue(form, 'scope'), findAction)
  if (!scopes.ok) return scopes
  const repeatedFrom = isCurrent ? null : (held.previous?.usedAt ?? null)
  return ok({ grant: held.grant, scopes: scopes.value, repeatedFrom })
}

/** A lost answer or two tabs must not log anybody out: the last token used gets the same successor again, for a while. */
function isJustUsed(
  { previous }: RefreshableGrant,
  { graceSeconds, now, tokenHash }: RefreshPresented,
): boolean {
  return previous !== null && previous.hash === tokenHash && now - previous.usedAt <= graceSeconds
}
