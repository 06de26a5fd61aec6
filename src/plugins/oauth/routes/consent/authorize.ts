import type { AppContext, Route } from '../../../../plugin.ts'
import { checkAuthorizationRequest, type AuthorizationFailure } from '../../protocol/authorize.ts'
import type { Client } from '../../protocol/client.ts'
import { onlyValue } from '../../protocol/parameters.ts'
import { returnHost } from '../../protocol/redirect-uri.ts'
import { authorizationError } from '../../protocol/failure.ts'
import { issuerOf, type Provider } from '../../provider.ts'
import { decide } from './authorize-decision.ts'
import { unlessRestricted } from '../browser-session.ts'
import { showConsent } from './consent-page.tsx'
import { answerBadDocument, findAsking } from './find-asking.ts'
import { answerProblem } from '../problem.tsx'
import { answerAddress, redirectToClient, type ReturnAddress } from './redirect-to-client.ts'
import { refusePerson } from '../refuse.ts'
import { AUTHORIZE_PATH } from '../paths.ts'
import { trialReturn } from '../trial-return.ts'

/** `/-/oauth/authorize`: a client asks (GET, RFC 6749 §4.1.1), and the person decides (POST). */
export function authorizeRoutes(provider: Provider): readonly Route[] {
  const forPerson = {
    path: AUTHORIZE_PATH,
    allow: { who: 'person', action: null },
    refuse: refusePerson(provider.host),
  } as const

  return [
    { method: 'GET', ...forPerson, handle: unlessRestricted(provider, (c) => ask(provider, c)) },
    { method: 'POST', ...forPerson, handle: unlessRestricted(provider, (c) => decide(provider, c)) },
  ]
}

async function ask(provider: Provider, c: AppContext): Promise<Response> {
  const parameters = new URL(c.req.url).searchParams
  const asking = await findAsking(provider, c, onlyValue(parameters, 'client_id') ?? '')
  if (!asking.ok && asking.error.reason !== 'unknown-client') {
    return answerBadDocument(provider, c, asking.error)
  }
  const client = asking.ok ? asking.value : null
  const checked = checkAuthorizationRequest({
    parameters,
    client,
    trialReturn:
      client === null
        ? null
        : trialReturn(provider, c, client, {
            state: onlyValue(parameters, 'state'),
            codeChallenge: onlyValue(parameters, 'code_challenge'),
          }),
    findAction: (name) => provider.host.permissions.findAction(name),
    issuer: issuerOf(provider.host, c),
    requirePkce: provider.config.require_pkce,
    tokensAllowed: provider.host.tokenSettings.areAllowed,
  })
  if (!checked.ok) return answerFailure(provider, c, client, checked.error, parameters)
  return showConsent(provider, c, checked.value.client, checked.value.request, null)
}

async function answerFailure(
  provider: Provider,
  c: AppContext,
  client: Client | null,
  failure: AuthorizationFailure,
  parameters: URLSearchParams,
): Promise<Response> {
  const { host } = provider
  if (failure.to === 'client') {
    host.log.info({ reason: failure.fault.reason }, 'oauth.authorize_refused')
    const { error, description } = authorizationError(failure.fault)
    const answer = { error, error_description: description }
    return client === null || client.createdBy === null
      ? offerReturn(host, c, failure, answer)
      : redirectToClient(host, c, failure, answer, 302)
  }
  host.log.info({ reason: failure.reason }, 'oauth.authorize_refused')
  if (failure.reason === 'unknown-client') {
    return answerUntrusted(host, c, {
      error: 'Invalid client_id',
      what: 'The app that sent you here is not registered on this site, or no longer. Nothing was given to it.',
    })
  }
  const sent = parameters.getAll('redirect_uri').join(' ')
  await provider.clients.noteRefusedRedirect(failure.clientId, sent, host.clock.now())
  return answerUntrusted(host, c, {
    error: 'redirect_uri mismatch',
    what:
      'The app wants you to be sent back to an address that it did not register, so you stay here. Nothing was given to it. ' +
      `For its developer: compared with what is registered, the request ${failure.difference}.`,
  })
}

/**
 * Shows an error of an app that nobody here vouches for, with the way back to it. Sent on by itself, a link to this site
 * would be one to any site (RFC 9700 §4.11.2).
 */
function offerReturn(
  host: Provider['host'],
  c: AppContext,
  address: ReturnAddress,
  answer: { readonly error: string; readonly error_description: string },
): Promise<Response> {
  return answerProblem(host, c, {
    status: 400,
    error: answer.error_description,
    heading: 'The app asked in a way that does not work',
    what: `Nothing was given to it. For its developer: ${answer.error_description}.`,
    next: 'Nobody on this site vouches for the app, so you are not sent back to it by itself. Go back only if you know it.',
    code: answer.error,
    link: {
      label: `Go back to ${returnHost(address.redirectUri)}`,
      href: answerAddress(host, c, address, answer),
    },
  })
}

function answerUntrusted(
  host: Provider['host'],
  c: AppContext,
  { error, what }: { readonly error: string; readonly what: string },
): Promise<Response> {
  return answerProblem(host, c, {
    status: 400,
    error,
    heading: 'This request cannot be trusted',
    what,
    next: 'Close this page. If you expected something else, tell the people who make the app.',
    code: 'invalid_request',
  })
}
