import type { AppContext, EpochSeconds } from '../../../plugin.ts'
import { accessTokenPayload, tokenResponse, type TokenResponse } from '../protocol/access-token.ts'
import type { Grant } from '../protocol/grant.ts'
import type { ClientId } from '../protocol/ids.ts'
import { recordAudit, type Provider } from '../provider.ts'

/** What a token is made of: a grant that was spent for it just now. */
export type TokenOrder = {
  readonly clientId: ClientId
  readonly grant: Grant
  /** Null: the token lasts until its grant ends. */
  readonly ttlSeconds: number | null
  readonly now: EpochSeconds
}

/** Signs the access token of a grant. */
export async function issueToken(
  provider: Provider,
  c: AppContext,
  { clientId, grant, now, ttlSeconds }: TokenOrder,
): Promise<TokenResponse> {
  const { host } = provider
  const { grantId, userId, scopes } = grant
  const findAction = (name: string) => host.permissions.findAction(name)
  const token = host.signToken(accessTokenPayload({ grantId, userId, scopes, now, ttlSeconds, findAction }))
  await recordAudit(provider, c, { actorId: userId, clientId, grantId }, 'token.issued')
  return tokenResponse(token, scopes, ttlSeconds)
}
