import { privatePageHeaders, type AppContext } from '../../../plugin.ts'
import { DeviceAuthorizedPage, DeviceDeniedPage } from '../pages/device-decided.tsx'
import { readDecision } from '../protocol/consent.ts'
import type { OpenedRequest } from '../protocol/device-request.ts'
import { openDeviceTicket, type DeviceTicket } from '../protocol/device-ticket.ts'
import { hashUserCode, newGrantId } from '../protocol/ids.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { lifetimeChoices, parseLifetime } from '../protocol/token-lifetime.ts'
import { personOf, recordAudit, type Provider } from '../provider.ts'
import { sessionOf } from './browser-session.ts'
import { showEntry } from './device-entry.tsx'
import { showReview } from './device-review.tsx'
import { answerForeignDecision } from './problem.tsx'

/**
 * Takes the decision of a review page. Which device it is about stands in the ticket, and what that device asks for in
 * its row; the form beside the ticket can only narrow it.
 */
export async function decideDevice(
  provider: Provider,
  c: AppContext,
  form: URLSearchParams,
): Promise<Response> {
  const { devices, host } = provider
  const holder = { personId: personOf(c).id, session: sessionOf(c), now: host.clock.now() }
  const opened = openDeviceTicket(form.get('ticket') ?? '', host.signer, holder)
  if (!opened.ok) {
    host.log.info({ reason: opened.error.reason }, 'oauth.decision_refused')
    return opened.error.reason === 'ticket-expired'
      ? answerUndecidable(provider, c, 'expired')
      : answerForeignDecision(host, c)
  }

  const ticket = opened.value
  const outcome = await devices.open(hashUserCode(ticket.userCode, host.signer), ticket.personId, holder.now)
  if (outcome.kind !== 'opened' || outcome.request.requestId !== ticket.requestId) {
    return answerUndecidable(provider, c, outcome.kind === 'expired' ? 'expired' : 'decided')
  }

  const granted = readDeviceDecision(outcome.request, ticket, form)
  if (granted === null) return deny(provider, c, outcome.request)
  const lifetime = parseLifetime(
    form.get('token_ttl_seconds'),
    lifetimeChoices(host.tokenSettings.maxTtlSeconds),
  )
  if (lifetime === null) {
    const error = 'Invalid token time limit. Nothing was given yet: choose one of these times.'
    return showReview(provider, c, ticket.userCode, outcome.request, error)
  }
  return approve(provider, c, outcome.request, granted, lifetime)
}

/**
 * What the form grants, or null for "nothing". Full access was asked about on a page of its own, whose box the browser
 * requires: pressing Authorize there is the approval, as datasette-oauth's clients post it (decision 0010).
 */
function readDeviceDecision(
  { scope }: OpenedRequest,
  { offered }: DeviceTicket,
  form: URLSearchParams,
): GrantedScopes | null {
  if (scope.access === 'full') return (form.get('deny') ?? '') === '' ? { access: 'full' } : null
  return readDecision(scope, offered, form)
}

async function approve(
  provider: Provider,
  c: AppContext,
  { requestId, clientId }: OpenedRequest,
  scopes: GrantedScopes,
  ttlSeconds: number,
): Promise<Response> {
  const { devices, host } = provider
  const { id: personId, actor: person } = personOf(c)
  const grantId = newGrantId(host.random)
  const approval = { grantId, personId, person, scopes, ttlSeconds }
  if (!(await devices.approve(requestId, approval, host.clock.now()))) {
    return answerUndecidable(provider, c, 'decided')
  }
  await recordAudit(provider, c, { actorId: personId, clientId, grantId }, 'device.approved')
  return showDecided(provider, c, <DeviceAuthorizedPage lifetime={ttlSeconds} />)
}

async function deny(
  provider: Provider,
  c: AppContext,
  { requestId, clientId }: OpenedRequest,
): Promise<Response> {
  const { devices, host } = provider
  const personId = personOf(c).id
  if (!(await devices.deny(requestId, personId, host.clock.now()))) {
    return answerUndecidable(provider, c, 'decided')
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

/** The request was decided or has expired while the page was open: the decision that came first counts. */
function answerUndecidable(
  provider: Provider,
  c: AppContext,
  reason: 'decided' | 'expired',
): Promise<Response> {
  provider.host.log.info({ reason: `device-${reason}` }, 'oauth.decision_refused')
  return showEntry(provider, c, '', reason)
}
