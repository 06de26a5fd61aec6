import type { Transaction } from 'kysely'
import { fail, ok, type AppContext, type EpochSeconds, type Result } from '../../../../plugin.ts'
import { accessTokenPayload, tokenResponse, type TokenResponse } from '../../protocol/access-token.ts'
import type { Grant, GrantFailure } from '../../protocol/grant.ts'
import { hashSecret, newRefreshSecret, type ClientId } from '../../protocol/ids.ts'
import { sealRefreshToken } from '../../protocol/refresh-token.ts'
import type { GrantedScopes } from '../../protocol/scope.ts'
import { accessLifetime, grantEndsAt, refreshExpiry } from '../../protocol/token-lifetime.ts'
import { recordAuditIn, type Provider } from '../../provider.ts'
import { noteGranted } from '../../storage/unvouched-clients.ts'
import type { AuditEvent, OAuthTables } from '../../storage/tables.ts'

/** What the first token is made of: a grant that was spent for it just now. */
export type TokenOrder = {
  readonly clientId: ClientId
  readonly grant: Grant
  /** Null: the token lasts until its grant ends. */
  readonly ttlSeconds: number | null
  readonly now: EpochSeconds
}

/** Signs the first access token of a grant, and its first refresh token where the grant is refreshed, in the transaction that spends what it is for. */
export async function issueToken(
  provider: Provider,
  c: AppContext,
  { clientId, grant, now, ttlSeconds }: TokenOrder,
  trx: Transaction<OAuthTables>,
  ...events: readonly AuditEvent[]
): Promise<Result<TokenResponse, GrantFailure>> {
  const { grantId, refreshEndsAt, scopes, userId } = grant
  const ttl = accessLifetime(now, ttlSeconds, refreshEndsAt)
  const endsAt = grantEndsAt(refreshEndsAt, now, ttl)
  let refreshToken: string | null = null
  if (refreshEndsAt === null) await provider.grants.fetched(grantId, endsAt, trx)
  else {
    refreshToken = await startRefreshing(provider, grant, endsAt, now, trx)
    if (refreshToken === null) return fail({ reason: 'grant-ended' })
  }
  await noteGranted(trx, clientId, now)
  const subject = { actorId: userId, clientId, grantId }
  await recordAuditIn(trx, provider, c, subject, ...events, 'token.issued')
  return ok(signAccessToken(provider, { grant, scopes, issuedAt: now, ttlSeconds: ttl, now, refreshToken }))
}

/** Null when the grant has ended meanwhile. */
async function startRefreshing(
  { config, host, refreshTokens }: Provider,
  { grantId, refreshEndsAt }: Grant,
  endsAt: EpochSeconds | null,
  now: EpochSeconds,
  trx: Transaction<OAuthTables>,
): Promise<string | null> {
  const secret = newRefreshSecret(host.random)
  const expiresAt = refreshExpiry(now, config.refresh_token_ttl, refreshEndsAt)
  const started = await refreshTokens.start({ grantId, first: hashSecret(secret), expiresAt, endsAt }, trx)
  return started ? sealRefreshToken({ grantId, secret }, host.signer) : null
}

/** What an answer is made of. */
export type TokenFacts = {
  readonly grant: Grant
  readonly scopes: GrantedScopes
  readonly issuedAt: EpochSeconds
  /** Null: the token lasts until its grant ends. */
  readonly ttlSeconds: number | null
  readonly now: EpochSeconds
  readonly refreshToken: string | null
}

/** Signs an access token and writes the answer. The same facts give the same token. */
export function signAccessToken(
  { host }: Pick<Provider, 'host'>,
  { grant, issuedAt, now, refreshToken, scopes, ttlSeconds }: TokenFacts,
): TokenResponse {
  const { grantId, userId } = grant
  const findAction = (name: string) => host.permissions.findAction(name)
  const token = host.signToken(
    accessTokenPayload({ grantId, userId, scopes, now: issuedAt, ttlSeconds, findAction }),
  )
  const expiresIn = ttlSeconds === null ? null : issuedAt + ttlSeconds - now
  return tokenResponse(token, scopes, expiresIn, refreshToken)
}
