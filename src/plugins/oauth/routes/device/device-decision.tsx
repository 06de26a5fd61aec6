import { privatePageHeaders, type AppContext } from '../../../../plugin.ts'
import { DeviceAuthorizedPage, DeviceDeniedPage } from '../../pages/device-decided.tsx'
import { readDeviceDecision } from '../../protocol/consent.ts'
import type { DeviceRequest, OpenFailure } from '../../protocol/device-request.ts'
import { openDeviceTicket } from '../../protocol/device-ticket.ts'
import { userCodeHashes, newGrantId, type UserCode } from '../../protocol/ids.ts'
import type { GrantedScopes } from '../../protocol/scope.ts'
import { lifetimeChoices, parseLifetime } from '../../protocol/token-lifetime.ts'
import {
  longestDeviceAccess,
  personOf,
  recordAudit,
  refreshEndsAt,
  tokenTtlSeconds,
  type Provider,
} from '../../provider.ts'
import type { StillSignedIn } from '../../storage/grants.ts'
import { sessionOf } from '../browser-session.ts'
import { showEntry } from './device-entry-page.tsx'
import { showReview } from './device-review-page.tsx'
import { openUserCode } from './open-user-code.ts'
import { answerForeignDecision, answerSignedOut, answerTooManyApps } from '../problem.tsx'

/** A request that is being decided, and the code that it was opened with. */
type Decided = { readonly userCode: UserCode; readonly request: DeviceRequest }

/**
 * Takes the decision of a review page. Which device it is about stands in the ticket, and what that device asks for in
 * its row; the form beside the ticket can only narrow it.
 */
export async function decideDevice(
  provider: Provider,
  c: AppContext,
  form: URLSearchParams,
): Promise<Response> {
  const { host } = provider
  const holder = { personId: personOf(c).id, session: sessionOf(c), now: host.clock.now() }
  const ticket = openDeviceTicket(form.get('ticket') ?? '', host.signer, holder)
  if (!ticket.ok) {
    if (ticket.error.reason === 'ticket-expired') return answerTooLate(provider, c, 'expired')
    host.log.info({ reason: ticket.error.reason }, 'oauth.decision_refused')
    return answerForeignDecision(host, c)
  }

  const { offered, userCode } = ticket.value
  const opened = await openUserCode(provider, c, userCode)
  if (!opened.ok) return answerTooLate(provider, c, opened.error.reason)

  const decided = { userCode, request: opened.value }
  const granted = readDeviceDecision(opened.value.scope, offered, form)
  if (granted === null) return deny(provider, c, decided)
  const ttlSeconds = parseLifetime(
    form.get('token_ttl_seconds'),
    lifetimeChoices(longestDeviceAccess(provider, opened.value)),
  )
  if (ttlSeconds === null) {
    const error = 'Invalid token time limit. Nothing was given yet: choose one of these times.'
    return showReview(provider, c, userCode, opened.value, error)
  }
  return approve(provider, c, decided, granted, ttlSeconds)
}

async function approve(
  provider: Provider,
  c: AppContext,
  { userCode, request }: Decided,
  scopes: GrantedScopes,
  lastsSeconds: number,
): Promise<Response> {
  const { deviceRequests, host } = provider
  const { clientId } = request
  const { id: personId, actor: person } = personOf(c)
  if (!(await provider.unvouchedClients.mayLetIn(personId, clientId, host.clock.now()))) {
    return answerTooManyApps(provider, c)
  }
  const grantId = newGrantId(host.random)
  const approval = {
    grantId,
    personId,
    person,
    scopes,
    ttlSeconds: Math.min(lastsSeconds, tokenTtlSeconds(provider) ?? Infinity),
    refreshEndsAt: request.asksRefresh ? refreshEndsAt(provider, lastsSeconds) : null,
  }
  const codeHashes = userCodeHashes(userCode, host.signer)
  const isStillSignedIn: StillSignedIn = (db) => host.sessions.isStillLive(c, db)
  const outcome = await deviceRequests.approve(codeHashes, approval, host.clock.now(), isStillSignedIn)
  if (outcome === 'signed-out') return answerSignedOut(provider, c)
  if (outcome === 'already-decided') return answerTooLate(provider, c, 'decided')
  await recordAudit(provider, c, { actorId: personId, clientId, grantId }, 'device.approved')
  await provider.purge()
  return showDecided(provider, c, <DeviceAuthorizedPage ttlSeconds={lastsSeconds} />)
}

async function deny(provider: Provider, c: AppContext, { userCode, request }: Decided): Promise<Response> {
  const { deviceRequests, host } = provider
  const { clientId } = request
  const personId = personOf(c).id
  if (!(await deviceRequests.deny(userCodeHashes(userCode, host.signer), personId, host.clock.now()))) {
    return answerTooLate(provider, c, 'decided')
  }
  await recordAudit(provider, c, { actorId: personId, clientId, grantId: null }, 'device.denied')
  return showDecided(provider, c, <DeviceDeniedPage />)
}

function showDecided(
  { host }: Provider,
  c: AppContext,
  body: ReturnType<typeof DeviceDeniedPage>,
): Promise<Response> {
  return host.page(c, { title: 'Verify Device', width: 'narrow', headers: privatePageHeaders(), body })
}

/** The request was decided, has expired or has gone while the page was open. */
function answerTooLate(provider: Provider, c: AppContext, reason: OpenFailure['reason']): Promise<Response> {
  provider.host.log.info({ reason: `device-${reason}` }, 'oauth.decision_refused')
  return showEntry(provider, c, '', reason)
}
