import {
  HttpError,
  personIdOf,
  type Actor,
  type AppContext,
  type PersonId,
  type PluginHost,
} from '../../plugin.ts'
import type { ClientDocuments } from './client-documents.ts'
import type { OAuthConfig } from './config.ts'
import { accessTokenTtl } from './protocol/access-token.ts'
import type { AuditStore, AuditSubject } from './storage/audit.ts'
import type { ClientStore } from './storage/clients.ts'
import type { UserCodeAttemptStore } from './storage/user-code-attempts.ts'
import type { CodeStore } from './storage/codes.ts'
import type { ConsentStore } from './storage/consents.ts'
import type { DeviceRequestStore } from './storage/device-requests.ts'
import type { GrantStore } from './storage/grants.ts'
import type { UnvouchedClientStore } from './storage/unvouched-clients.ts'
import type { AuditEvent } from './storage/tables.ts'

/** What the endpoints work with. */
export type Provider = {
  readonly host: PluginHost
  readonly config: OAuthConfig
  readonly clients: ClientStore
  readonly unvouchedClients: UnvouchedClientStore
  readonly documents: ClientDocuments
  readonly consents: ConsentStore
  readonly codes: CodeStore
  readonly grants: GrantStore
  readonly deviceRequests: DeviceRequestStore
  readonly userCodeAttempts: UserCodeAttemptStore
  readonly audit: AuditStore
  /** Removes some of what has expired. */
  readonly purge: () => Promise<void>
}

/** Who this server says it is (RFC 8414 §2, RFC 9207 §2): its address without a slash at the end. */
export function issuerOf(host: PluginHost, c: AppContext): string {
  return host.urls.absolute(c.req.raw, '/').replace(/\/$/u, '')
}

/** How long an access token lasts, in seconds, or null for as long as its grant. */
export function tokenTtlSeconds({ config, host }: Pick<Provider, 'config' | 'host'>): number | null {
  return accessTokenTtl(config.access_token_ttl, host.tokenSettings.maxTtlSeconds)
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
  for (const event of events) {
    host.log.info({ client_id: subject.clientId, actor_id: subject.actorId }, `oauth.${event}`)
  }
  await audit.record({ ...subject, address: c.env.address }, events, host.clock.now())
}
