import { fail, readForm, type AppContext, type Result } from '../../../../plugin.ts'
import { needsChallenge, type AuthorizationRequest } from '../../protocol/authorize.ts'
import type { Client } from '../../protocol/client.ts'
import { isClientIdUrl } from '../../protocol/client-id-url.ts'
import { readDecision } from '../../protocol/consent.ts'
import { openTicket, type ConsentTicket } from '../../protocol/consent-ticket.ts'
import type { TicketFailure } from '../../protocol/page-ticket.ts'
import { CODE_TTL_SECONDS } from '../../protocol/grants/authorization-code.ts'
import { hashSecret, newAuthorizationCode, newGrantId } from '../../protocol/ids.ts'
import { matchRedirectUri } from '../../protocol/redirect-uri.ts'
import type { GrantedScopes } from '../../protocol/scope.ts'
import { personOf, recordAudit, refreshEndsAt, type Provider } from '../../provider.ts'
import { sessionOf } from '../browser-session.ts'
import { showConsent } from './consent-page.tsx'
import { answerBadDocument, findAsking, type AskingFailure } from './find-asking.ts'
import { answerForeignDecision, answerProblem, answerSignedOut, answerTooManyApps } from '../problem.tsx'
import { redirectToClient } from './redirect-to-client.ts'
import { trialReturn } from '../trial-return.ts'

/** Most bytes of a decision: a ticket carries all that the request asked for. */
const MAX_DECISION_BYTES = 131_072

/** Takes the decision of a consent page. What was asked comes out of the ticket; the form beside it can only narrow it. */
export async function decide(provider: Provider, c: AppContext): Promise<Response> {
  const { host } = provider
  const form = await readForm(c.req.raw, MAX_DECISION_BYTES)
  const holder = { personId: personOf(c).id, session: sessionOf(c), now: host.clock.now() }
  const opened = openTicket(form.get('ticket') ?? '', host.signer, holder)
  if (!opened.ok) return answerBadTicket(provider, c, opened.error)

  const { request, offered } = opened.value
  const client = await findStillAsking(provider, c, request)
  if (!client.ok) return answerClientChanged(provider, c, client.error)
  const granted = readDecision(request.scope, offered, form)
  return granted === null
    ? deny(provider, c, opened.value)
    : approve(provider, c, opened.value, client.value, granted)
}

async function approve(
  provider: Provider,
  c: AppContext,
  ticket: ConsentTicket,
  client: Client,
  scopes: GrantedScopes,
): Promise<Response> {
  const { host } = provider
  const { asksRefresh, clientId, redirectUri, codeChallenge, resource } = ticket.request
  const now = host.clock.now()
  if (!(await provider.unvouchedClients.mayLetIn(ticket.personId, clientId, now))) {
    return answerTooManyApps(provider, c)
  }
  const grantId = newGrantId(host.random)
  const code = newAuthorizationCode(host.random)
  const endsAt = now + CODE_TTL_SECONDS
  const outcome = await provider.consents.approve(
    pageOf(ticket),
    {
      grantId,
      clientId,
      document: isClientIdUrl(clientId) ? client : null,
      userId: ticket.personId,
      person: personOf(c).actor,
      scopes,
      resource,
      refreshEndsAt: asksRefresh ? refreshEndsAt(provider) : null,
      endsAt,
      code: { hash: hashSecret(code), redirectUri, codeChallenge, expiresAt: endsAt },
    },
    now,
    (db) => host.sessions.isStillLive(c, db),
  )
  switch (outcome) {
    case 'already-decided':
      return answerAlreadyDecided(provider, c)
    case 'signed-out':
      return answerSignedOut(provider, c)
    case 'client-gone':
      return answerClientChanged(provider, c, { reason: 'unknown-client' })
    case 'challenge-missing':
      return answerClientChanged(provider, c, { reason: 'challenge-missing' })
    case 'recorded': {
      const subject = { actorId: ticket.personId, clientId, grantId }
      await recordAudit(provider, c, subject, 'consent.granted', 'code.issued')
      await provider.purge()
      return redirectToClient(host, c, ticket.request, { code }, 303)
    }
  }
}

async function deny(provider: Provider, c: AppContext, ticket: ConsentTicket): Promise<Response> {
  const outcome = await provider.consents.deny(pageOf(ticket))
  if (outcome === 'already-decided') return answerAlreadyDecided(provider, c)
  const { clientId } = ticket.request
  const subject = { actorId: ticket.personId, clientId, grantId: null }
  await recordAudit(provider, c, subject, 'consent.denied')
  await provider.purge()
  const answer = { error: 'access_denied', error_description: 'The person did not give access' }
  return redirectToClient(provider.host, c, ticket.request, answer, 303)
}

const pageOf = ({ nonce, expiresAt }: ConsentTicket) => ({ nonceHash: hashSecret(nonce), expiresAt })

async function answerBadTicket(
  provider: Provider,
  c: AppContext,
  failure: TicketFailure<ConsentTicket>,
): Promise<Response> {
  provider.host.log.info({ reason: failure.reason }, 'oauth.decision_refused')
  if (failure.reason !== 'ticket-expired') return answerForeignDecision(provider.host, c)
  const { request } = failure.page
  const client = await findStillAsking(provider, c, request)
  if (!client.ok) return answerClientChanged(provider, c, client.error)
  const error = 'This page was open for too long. Nothing was given yet: look at it again, then decide.'
  return showConsent(provider, c, client.value, request, error)
}

function answerAlreadyDecided(provider: Provider, c: AppContext): Promise<Response> {
  return answerProblem(provider.host, c, {
    status: 400,
    error: 'This consent page was already decided',
    heading: 'You have already decided',
    what: 'This page was sent before, and the first answer counts. Nothing was changed by sending it again.',
    next: 'Go back to the app. If it does not go on, start again there.',
    code: 'invalid_request',
  })
}

/** What can happen to a client while a page about it is open. */
type ClientChange =
  | AskingFailure
  | { readonly reason: 'redirect-uri-mismatch' }
  | { readonly reason: 'challenge-missing' }

/** The client of a page that was shown, as long as it may still be answered where the page said. */
async function findStillAsking(
  provider: Provider,
  c: AppContext,
  request: AuthorizationRequest,
): Promise<Result<Client, ClientChange>> {
  const { clientId, codeChallenge, redirectUri } = request
  const client = await findAsking(provider, c, clientId)
  if (!client.ok) return client
  if (codeChallenge === null && needsChallenge(client.value, provider.config.require_pkce)) {
    return fail({ reason: 'challenge-missing' })
  }
  if (redirectUri === trialReturn(provider, c, client.value, request)) return client
  const { kind, redirectUris } = client.value
  const matched = matchRedirectUri(redirectUris, redirectUri, kind)
  return matched === null ? fail({ reason: 'redirect-uri-mismatch' }) : client
}

function answerClientChanged(provider: Provider, c: AppContext, change: ClientChange): Promise<Response> {
  if (!isOwnChange(change)) return answerBadDocument(provider, c, change)
  provider.host.log.info({ reason: change.reason }, 'oauth.decision_refused')
  const { error, heading, what } = CHANGES[change.reason]
  return answerProblem(provider.host, c, {
    status: 400,
    error,
    heading,
    what: `${what} while this page was open. Nothing was given to it.`,
    next: 'Go back to the app and start again.',
    code: 'invalid_request',
  })
}

/** What is said of a client that somebody deleted or changed. */
const CHANGES = {
  'unknown-client': { error: 'Invalid client_id', heading: 'The app was deleted', what: 'It was deleted' },
  'redirect-uri-mismatch': {
    error: 'redirect_uri mismatch',
    heading: 'The app has changed',
    what: 'Its addresses were changed',
  },
  'challenge-missing': {
    error: 'code_challenge is required',
    heading: 'The app has changed',
    what: 'It was made one that has no secret, and asked without a code_challenge,',
  },
} as const

function isOwnChange(change: ClientChange): change is { readonly reason: keyof typeof CHANGES } {
  return change.reason in CHANGES
}
