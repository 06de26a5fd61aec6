import { fail, ok, type EpochSeconds, type Result } from '../../../../plugin.ts'
import { checkGrant, type Grant, type GrantFailure } from '../grant.ts'
import type { ClientId, CodeChallenge, GrantId, RedirectUri } from '../ids.ts'
import { onlyValue } from '../parameters.ts'
import { verifierMatches } from '../pkce.ts'

/** The `grant_type` of RFC 6749 §4.1.3. */
export const AUTHORIZATION_CODE = 'authorization_code'

/** How long a code can be redeemed, in seconds. */
export const CODE_TTL_SECONDS = 600

/** A code as it was issued, with the grant that owns it. */
export type IssuedCode = {
  readonly clientId: ClientId
  readonly redirectUri: RedirectUri
  readonly codeChallenge: CodeChallenge | null
  readonly expiresAt: EpochSeconds
  /** Null until it was redeemed. */
  readonly usedAt: EpochSeconds | null
  readonly grant: Grant
}

export type CodeFailure =
  | { readonly reason: 'code-missing' }
  | { readonly reason: 'code-unknown' }
  | { readonly reason: 'code-of-another-client' }
  | { readonly reason: 'redirect-uri-differs' }
  | { readonly reason: 'verifier-missing' }
  | { readonly reason: 'verifier-unexpected' }
  | { readonly reason: 'verifier-wrong' }
  /** Everything else was right: somebody has redeemed this code before (RFC 6749 §4.1.2). */
  | { readonly reason: 'code-replayed'; readonly grantId: GrantId }
  /** Another request redeemed it while this one was being checked. */
  | { readonly reason: 'code-lost-race' }
  | { readonly reason: 'code-expired' }
  | GrantFailure

export type CodePresented = {
  readonly form: URLSearchParams
  /** The client that proved itself in this request. */
  readonly clientId: ClientId
  /** The address of this server. */
  readonly issuer: string
  readonly now: EpochSeconds
}

/**
 * Whether this client may redeem this code now; `code` is null when nothing is known of it. It changes nothing: a
 * request that fails here has not used the code up.
 *
 * Who could not have redeemed the code in the first place is no replay. Otherwise anyone who reads an old code
 * in a log could end a person's grant.
 */
export function checkCode(
  code: IssuedCode | null,
  presented: CodePresented,
): Result<IssuedCode, CodeFailure> {
  const { form, clientId, issuer, now } = presented
  if (code === null) return fail({ reason: 'code-unknown' })
  if (code.clientId !== clientId) return fail({ reason: 'code-of-another-client' })
  if (onlyValue(form, 'redirect_uri') !== code.redirectUri) return fail({ reason: 'redirect-uri-differs' })

  const verifier = checkVerifier(onlyValue(form, 'code_verifier'), code.codeChallenge)
  if (!verifier.ok) return verifier

  if (code.usedAt !== null) return fail({ reason: 'code-replayed', grantId: code.grant.grantId })
  if (code.expiresAt <= now) return fail({ reason: 'code-expired' })
  const grant = checkGrant(code.grant, form, issuer)
  return grant.ok ? ok(code) : grant
}

/** RFC 7636 §4.6. A verifier without a challenge is a downgrade under way (RFC 9700 §4.8.2). */
function checkVerifier(verifier: string | null, challenge: CodeChallenge | null): Result<null, CodeFailure> {
  if (challenge === null) return verifier === null ? ok(null) : fail({ reason: 'verifier-unexpected' })
  if (verifier === null) return fail({ reason: 'verifier-missing' })
  return verifierMatches(verifier, challenge) ? ok(null) : fail({ reason: 'verifier-wrong' })
}
