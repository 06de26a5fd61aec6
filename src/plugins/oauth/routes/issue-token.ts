import type { AppContext } from '../../../plugin.ts'
import { accessTokenPayload, tokenResponse, type TokenResponse } from '../protocol/access-token.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import type { PersonId } from '../protocol/person-id.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { recordAudit, type Provider } from '../provider.ts'
import type { AuditEvent } from '../storage/tables.ts'

/** The grant that a token comes of. */
type TokenGrant = { readonly grantId: GrantId; readonly userId: PersonId; readonly scopes: GrantedScopes }

/** Signs the access token of a grant that was spent for it just now, and records what happened (`events` and the token). */
export async function issueToken(
  provider: Provider,
  c: AppContext,
  clientId: ClientId,
  grant: TokenGrant,
  ttlSeconds: number | null,
  ...events: readonly AuditEvent[]
): Promise<TokenResponse> {
  const { host } = provider
  const { grantId, userId, scopes } = grant
  const now = host.clock.now()
  const findAction = (name: string) => host.permissions.findAction(name)
  const token = host.signToken(accessTokenPayload({ grantId, userId, scopes, now, ttlSeconds, findAction }))
  await recordAudit(provider, c, { actorId: userId, clientId, grantId }, ...events, 'token.issued')
  return tokenResponse(token, scopes, ttlSeconds)
}
