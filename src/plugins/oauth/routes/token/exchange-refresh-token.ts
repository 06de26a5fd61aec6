import { fail, ok, type AppContext, type EpochSeconds, type Result } from '../../../../plugin.ts'
import type { TokenResponse } from '../../protocol/access-token.ts'
import type { Client } from '../../protocol/client.ts'
import type { TokenFailure } from '../../protocol/failure.ts'
import { checkRefresh, type Refresh, type RefreshFailure } from '../../protocol/grants/refresh-token.ts'
import { hashSecret, nextRefreshSecret } from '../../protocol/ids.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import { openRefreshToken, sealRefreshToken } from '../../protocol/refresh-token.ts'
import { accessLifetime, refreshExpiry } from '../../protocol/token-lifetime.ts'
import { issuerOf, recordAudit, recordAuditIn, tokenTtlSeconds, type Provider } from '../../provider.ts'
import { signAccessToken } from './issue-token.ts'

/**
 * Turns a refresh token into an access token and the next refresh token (RFC 6749 §6). Every check comes before the one
 * statement that uses the token up; who loses a race against themselves gets what the winner got.
 */
export async function exchangeRefreshToken(
  provider: Provider,
  c: AppContext,
  { clientId }: Pick<Client, 'clientId'>,
  form: URLSearchParams,
): Promise<Result<TokenResponse, TokenFailure>> {
  const { config, host, refreshTokens } = provider
  const text = onlyValue(form, 'refresh_token')
  if (text === null) return fail({ reason: 'refresh-token-missing' })
  const token = openRefreshToken(text, host.signer)
  if (token === null) return fail({ reason: 'refresh-token-unknown' })

  const { grantId, secret } = token
  const now = host.clock.now()
  const nextSecret = nextRefreshSecret(secret, host.signer)
  const presented = {
    tokenHash: hashSecret(secret),
    nextHash: hashSecret(nextSecret),
    form,
    clientId,
    issuer: issuerOf(host, c),
    now,
    graceSeconds: config.refresh_token_grace,
    findAction: (name: string) => host.permissions.findAction(name),
  }
  const judge = async () => checkRefresh(await refreshTokens.find(grantId), presented)
  const rotate = ({ grant: { refreshEndsAt, userId } }: Refresh) =>
    provider.writes.write(async (trx) => {
      const { nextHash: next, tokenHash: used } = presented
      const expiresAt = refreshExpiry(now, config.refresh_token_ttl, refreshEndsAt)
      if (!(await refreshTokens.rotate({ grantId, used, next, expiresAt, now }, trx))) return false
      await recordAuditIn(trx, provider, c, { actorId: userId, clientId, grantId }, 'token.refreshed')
      return true
    })

  let judged = await judge()
  if (judged.ok && judged.value.repeatedFrom === null) {
    if (!(await rotate(judged.value))) judged = await judgeAgain(judge)
  }
  if (!judged.ok) {
    if (judged.error.reason === 'refresh-token-reused') {
      await provider.grants.end(grantId, now)
      await recordAudit(provider, c, { actorId: null, clientId, grantId }, 'token.reuse_detected')
    }
    return judged
  }
  const refreshToken = sealRefreshToken({ grantId, secret: nextSecret }, host.signer)
  return ok(signRefreshed(provider, judged.value, refreshToken, now))
}

/** Another request has used the token meanwhile: it is the last one used now, or the grant has ended. */
async function judgeAgain(
  judge: () => Promise<Result<Refresh, RefreshFailure>>,
): Promise<Result<Refresh, RefreshFailure>> {
  const judged = await judge()
  const isUndecided = judged.ok && judged.value.repeatedFrom === null
  return isUndecided ? fail({ reason: 'refresh-token-lost-race' }) : judged
}

/** The same access token again for a repeated request, unless that one has expired already. */
function signRefreshed(
  provider: Provider,
  { grant, repeatedFrom, scopes }: Refresh,
  refreshToken: string,
  now: EpochSeconds,
): TokenResponse {
  const ttlFrom = (at: EpochSeconds) => accessLifetime(at, tokenTtlSeconds(provider), grant.refreshEndsAt)
  const lasts = repeatedFrom !== null && repeatedFrom + (ttlFrom(repeatedFrom) ?? 0) > now
  const issuedAt = lasts ? repeatedFrom : now
  return signAccessToken(provider, {
    grant,
    scopes,
    issuedAt,
    ttlSeconds: ttlFrom(issuedAt),
    now,
    refreshToken,
  })
}
