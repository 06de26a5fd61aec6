/**
 * A refresh token: the grant that it belongs to and a secret, signed. It is opaque to clients.
 *
 * The signature tells a token that was given out from one that somebody made up, also when its secret is no longer kept:
 * so a family needs one row and no history, and nobody can end a grant whose id is all they know.
 */
import type { Signer } from '../../../plugin.ts'
import { isGrantId, isRefreshSecret, type GrantId, type RefreshSecret } from './ids.ts'

/** How every refresh token begins. */
export const REFRESH_TOKEN_PREFIX = 'dsrt_'

const NAMESPACE = 'tapedeck-oauth-refresh'

export type RefreshToken = { readonly grantId: GrantId; readonly secret: RefreshSecret }

/** Writes a refresh token. */
export function sealRefreshToken({ grantId, secret }: RefreshToken, signer: Signer): string {
  return REFRESH_TOKEN_PREFIX + signer.sign([grantId, secret], NAMESPACE)
}

/** Reads a refresh token that this server gave out at some time; null for any other text. */
export function openRefreshToken(text: string, signer: Signer): RefreshToken | null {
  if (!text.startsWith(REFRESH_TOKEN_PREFIX)) return null
  const opened = signer.verify(text.slice(REFRESH_TOKEN_PREFIX.length), NAMESPACE)
  if (!opened.ok || !Array.isArray(opened.value)) return null
  const [grantId, secret] = opened.value
  return isGrantId(grantId) && isRefreshSecret(secret) ? { grantId, secret } : null
}
