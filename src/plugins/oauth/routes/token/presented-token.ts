import { commonEntries, type AppContext, type EpochSeconds, type PersonId } from '../../../../plugin.ts'
import { GRANT_KEY } from '../../protocol/access-token.ts'
import { hashSecret, isGrantId, type ClientId, type GrantId } from '../../protocol/ids.ts'
import { introspection, type Introspection } from '../../protocol/introspection.ts'
import { openRefreshToken } from '../../protocol/refresh-token.ts'
import { restrictionsOf, scopesOf } from '../../protocol/scope-restrictions.ts'
import type { GrantedScopes } from '../../protocol/scope.ts'
import { issuerOf, type Provider } from '../../provider.ts'

/** A token of either kind that this server gave out, with what stands behind it. */
export type PresentedToken = {
  readonly kind: 'access' | 'refresh'
  readonly clientId: ClientId
  readonly grantId: GrantId
  readonly userId: PersonId
  /** What the grant is bound to; null for the whole server. */
  readonly resource: string | null
  /** What it may do; null for nothing. */
  readonly scopes: GrantedScopes | null
  /** Null where it is not known. */
  readonly issuedAt: EpochSeconds | null
  /** Null for one that lasts until its grant ends. */
  readonly expiresAt: EpochSeconds | null
  /** Whether it can be used now. */
  readonly isLive: boolean
}

/** Finds what a client presents, whatever kind it says it is (RFC 7009 §2.1); null for what is no token of a grant. */
export async function findPresentedToken(provider: Provider, text: string): Promise<PresentedToken | null> {
  return (await findRefreshToken(provider, text)) ?? findAccessToken(provider, text)
}

/** What a client is told of a token. Tokens that are unknown, over or another client's all look alike. */
export async function introspectFor(
  provider: Provider,
  c: AppContext,
  clientId: ClientId,
  text: string,
): Promise<Introspection> {
  const token = await findPresentedToken(provider, text)
  if (token === null || !token.isLive || token.scopes === null || token.clientId !== clientId) {
    return { active: false }
  }
  return introspection({ ...token, scopes: token.scopes }, issuerOf(provider.host, c))
}

/** Those that were replaced are found as well: they end what they belong to. */
async function findRefreshToken(
  { host, refreshTokens }: Provider,
  text: string,
): Promise<PresentedToken | null> {
  const token = openRefreshToken(text, host.signer)
  const held = token === null ? null : await refreshTokens.find(token.grantId)
  if (token === null || held === null) return null
  const { clientId, currentHash, expiresAt, grant, previous } = held
  return {
    kind: 'refresh',
    clientId,
    grantId: token.grantId,
    userId: grant.userId,
    resource: grant.resource,
    scopes: grant.scopes,
    issuedAt: previous?.usedAt ?? null,
    expiresAt,
    isLive:
      grant.endedAt === null && currentHash === hashSecret(token.secret) && expiresAt > host.clock.now(),
  }
}

/** One whose grant has ended is not found: there is nothing more to end, and nothing to tell of it. */
async function findAccessToken({ host, liveGrants }: Provider, text: string): Promise<PresentedToken | null> {
  const token = host.readToken(text)
  const grantId = token?.payload[GRANT_KEY]
  const grant = isGrantId(grantId) ? ((await liveGrants.find(grantId)) ?? null) : null
  if (token === null || !isGrantId(grantId) || grant === null) return null
  const { clientId, narrowedTo, resource, userId } = grant
  const { t: issuedAt } = token.payload
  const findAction = (name: string) => host.permissions.findAction(name)
  const most = narrowedTo === null ? null : restrictionsOf(narrowedTo, findAction)
  return {
    kind: 'access',
    clientId,
    grantId,
    userId,
    resource,
    scopes: scopesOf(commonEntries(token.entries, most), findAction),
    issuedAt: typeof issuedAt === 'number' ? issuedAt : null,
    expiresAt: token.expiresAt,
    isLive: true,
  }
}
