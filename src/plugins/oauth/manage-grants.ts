/** What the pages and the JSON endpoints for grants have in common: each change, and the audit row that follows it. */
import type { AppContext } from '../../plugin.ts'
import type { GrantedScopes } from './protocol/scope.ts'
import { personOf, recordAudit, recordAuditIn, type Provider } from './provider.ts'
import type { EndedGrant } from './storage/grants.ts'
import type { GrantFilter, ListedGrant } from './storage/grant-list.ts'
import type { AuditEvent } from './storage/tables.ts'

/** Ends a grant. False when it had ended before. */
export async function endGrant(provider: Provider, c: AppContext, grant: ListedGrant): Promise<boolean> {
  if (!(await provider.grants.end(grant.grantId, provider.host.clock.now()))) return false
  await record(provider, c, namesOf(grant), 'grant.ended')
  return true
}

/** Most grants that one request ends. */
const MAX_ENDED_AT_ONCE = 500

/** Ends what the filter finds, as many as one request may; gives those that had not ended before. */
export async function endFound(
  provider: Provider,
  c: AppContext,
  filter: GrantFilter,
): Promise<readonly EndedGrant[]> {
  const { grantList, grants, host, writes } = provider
  const now = host.clock.now()
  const ended = await grants.endMany(await grantList.newest(filter, MAX_ENDED_AT_ONCE, now), now)
  const actorId = personOf(c).id
  await writes.write(async (trx) => {
    for (const grant of ended) await recordAuditIn(trx, provider, c, { actorId, ...grant }, 'grant.ended')
  })
  return ended
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
