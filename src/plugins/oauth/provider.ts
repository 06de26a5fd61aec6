import type { Transaction } from 'kysely'
import {
  HttpError,
  personIdOf,
  type Actor,
  type AppContext,
  type EpochSeconds,
  type PersonId,
  type PluginHost,
} from '../../plugin.ts'
import type { ClientDocuments } from './client-documents.ts'
import type { OAuthConfig } from './config.ts'
import { accessTokenTtl } from './protocol/access-token.ts'
import type { DeviceRequest } from './protocol/device-request.ts'
import type { ClientId, GrantId } from './protocol/ids.ts'
import { longestRefreshing, refreshingEnds } from './protocol/token-lifetime.ts'
import type { AuditStore, AuditSubject } from './storage/audit.ts'
import type { ClientStore, ProvingClient } from './storage/clients.ts'
import type { UserCodeAttemptStore } from './storage/user-code-attempts.ts'
import type { CodeStore } from './storage/codes.ts'
import type { ConsentStore } from './storage/consents.ts'
import type { DeviceRequestStore } from './storage/device-requests.ts'
import type { GrantList } from './storage/grant-list.ts'
import type { GrantUses } from './storage/grant-uses.ts'
import type { GrantStore, LiveGrant } from './storage/grants.ts'
import type { RefreshTokenStore } from './storage/refresh-tokens.ts'
import type { Remembered } from './storage/remembered.ts'
import type { UnvouchedClientStore } from './storage/unvouched-clients.ts'
import type { WriteGroup } from './storage/write-group.ts'
import type { AuditEvent, OAuthTables } from './storage/tables.ts'

/** What the endpoints work with. */
export type Provider = {
  readonly host: PluginHost
  readonly config: OAuthConfig
  readonly clients: ClientStore
  /** What proves a client; undefined for one that is not known. */
  readonly provingClients: Remembered<ClientId, ProvingClient>
  readonly unvouchedClients: UnvouchedClientStore
  readonly documents: ClientDocuments
  readonly consents: ConsentStore
  readonly codes: CodeStore
  readonly grants: GrantStore
  /** What token checks have to know of grants; null for one that has ended or never was. */
  readonly liveGrants: Remembered<GrantId, LiveGrant | null>
  readonly grantList: GrantList
  readonly grantUses: GrantUses
  readonly writes: WriteGroup
  readonly refreshTokens: RefreshTokenStore
  readonly deviceRequests: DeviceRequestStore
  readonly userCodeAttempts: UserCodeAttemptStore
  readonly audit: AuditStore
  /** Removes some of what has expired. */
  readonly purge: () => Promise<number>
}

/** Who this server says it is (RFC 8414 §2, RFC 9207 §2): its address without a slash at the end. */
export function issuerOf(host: PluginHost, c: AppContext): string {
  return host.urls.absolute(c.req.raw, '/').replace(/\/$/u, '')
}

/** How long an access token lasts, in seconds, or null for as long as its grant. */
export function tokenTtlSeconds({ config, host }: Pick<Provider, 'config' | 'host'>): number | null {
  return accessTokenTtl(config.access_token_ttl, host.tokenSettings.maxTtlSeconds)
}

/** When refreshing ends for what is granted now; null where access tokens do not expire. `lastsSeconds` is how long it was granted for. */
export function refreshEndsAt(
  provider: Pick<Provider, 'config' | 'host'>,
  lastsSeconds = longestRefreshing(provider.config.refresh_token_ttl),
): EpochSeconds | null {
  return refreshingEnds(provider.host.clock.now(), tokenTtlSeconds(provider), lastsSeconds)
}

/** How long a person may let a device in at most, in seconds; null for no limit. What is refreshed may outlast its access tokens. */
export function longestDeviceAccess(
  provider: Pick<Provider, 'config' | 'host'>,
  { asksRefresh }: Pick<DeviceRequest, 'asksRefresh'>,
): number | null {
  return asksRefresh ? null : tokenTtlSeconds(provider)
}

/** The person that the route's `allow` has let through. Throws a 403 when a route let somebody else through. */
export function personOf(c: AppContext): { readonly id: PersonId; readonly actor: Actor } {
  const actor = c.get('actor')
  const id = personIdOf(actor)
  if (actor === null || id === null) throw new HttpError(403, 'Authentication required')
  return { id, actor }
}

/** Adds rows to the audit trail and lines to the log. */
export async function recordAudit(
  { host, audit }: Pick<Provider, 'host' | 'audit'>,
  c: AppContext,
  subject: Omit<AuditSubject, 'address'>,
  ...events: readonly AuditEvent[]
): Promise<void> {
  logEvents(host, subject, events)
  await audit.record({ ...subject, address: c.env.address }, events, host.clock.now())
}

/** The same in the transaction that does what the rows tell of. */
export async function recordAuditIn(
  trx: Transaction<OAuthTables>,
  { host, audit }: Pick<Provider, 'host' | 'audit'>,
  c: AppContext,
  subject: Omit<AuditSubject, 'address'>,
  ...events: readonly AuditEvent[]
): Promise<void> {
  logEvents(host, subject, events)
  await audit.recordIn(trx, { ...subject, address: c.env.address }, events, host.clock.now())
}

function logEvents(
  { log }: PluginHost,
  { actorId, clientId }: Omit<AuditSubject, 'address'>,
  events: readonly AuditEvent[],
): void {
  for (const event of events) log.info({ client_id: clientId, actor_id: actorId }, `oauth.${event}`)
}
