/** What the pages and the JSON endpoints for grants have in common: each change, and the audit row that follows it. */
import type { AppContext } from '../../plugin.ts'
import type { GrantedScopes } from './protocol/scope.ts'
import { personOf, recordAudit, type Provider } from './provider.ts'
import type { EndedGrant } from './storage/grants.ts'
import type { ListedGrant } from './storage/grant-list.ts'
import type { AuditEvent } from './storage/tables.ts'

/** Ends a grant. False when it had ended before. */
export async function endGrant(provider: Provider, c: AppContext, grant: ListedGrant): Promise<boolean> {
  if (!(await provider.grants.end(grant.grantId, provider.host.clock.now()))) return false
  await record(provider, c, namesOf(grant), 'grant.ended')
  return true
}

/** Ends every grant of the person who asks, and says how many there were. */
export async function endOwnGrants(provider: Provider, c: AppContext): Promise<number> {
  const ended = await provider.grants.endAllOf(personOf(c).id, provider.host.clock.now())
  for (const grant of ended) await record(provider, c, grant, 'grant.ended')
  return ended.length
}

/** Leaves of a grant what `to` says, a part of it. False when the grant has changed or ended since it was read. */
export async function narrowGrant(
  provider: Provider,
  c: AppContext,
  grant: ListedGrant,
  to: GrantedScopes,
): Promise<boolean> {
  const now = provider.host.clock.now()
  if (!(await provider.grants.narrow(grant.grantId, grant.scopes, to, now))) return false
  await record(provider, c, namesOf(grant), 'grant.narrowed')
  return true
}

const namesOf = ({ grantId, client }: ListedGrant): EndedGrant => ({ grantId, clientId: client.clientId })

async function record(
  provider: Provider,
  c: AppContext,
  { clientId, grantId }: EndedGrant,
  event: AuditEvent,
): Promise<void> {
  await recordAudit(provider, c, { actorId: personOf(c).id, clientId, grantId }, event)
}
