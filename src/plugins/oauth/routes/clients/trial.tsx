import {
  describeAction,
  fail,
  ok,
  privatePageHeaders,
  type AppContext,
  type Result,
  type Route,
} from '../../../../plugin.ts'
import { MANAGE_CLIENTS } from '../../actions.ts'
import { TrialPage, type TrialOutcome } from '../../pages/trial.tsx'
import type { TokenResponse } from '../../protocol/access-token.ts'
import type { Client } from '../../protocol/client.ts'
import { tokenError, type TokenFailure } from '../../protocol/failure.ts'
import { hashSecret, newTicketNonce } from '../../protocol/ids.ts'
import type { Introspection } from '../../protocol/introspection.ts'
import { findRepeated, onlyValue } from '../../protocol/parameters.ts'
import { MAX_SCOPE_BYTES } from '../../protocol/scope-request.ts'
import { placeOf } from '../../protocol/scope.ts'
import {
  sealTrial,
  TRIAL_TTL_SECONDS,
  trialChallenge,
  trialVerifier,
  type Trial,
} from '../../protocol/trial.ts'
import { issuerOf, personOf, recordAudit, type Provider } from '../../provider.ts'
import { sessionOf, unlessRestricted } from '../browser-session.ts'
import { clientPath, endpointsOf } from '../discovery/client-addresses.ts'
import { exchangeCode } from '../token/exchange-code.ts'
import { AUTHORIZE_PATH, TRY_PATH } from '../paths.ts'
import { introspectFor } from '../token/presented-token.ts'
import { answerProblem } from '../problem.tsx'
import { refusePerson } from '../refuse.ts'
import { findTrial, trialRedirectUri } from '../trial-return.ts'

const ANSWER_PARAMETERS = ['code', 'error', 'error_description', 'iss', 'state', 'client_id'] as const

/** `GET /-/oauth/try`: where the trial of an app comes back to. The page stands in for the app, for its owner alone. */
export function trialRoute(provider: Provider): Route {
  return {
    method: 'GET',
    path: TRY_PATH,
    allow: { who: 'person', action: MANAGE_CLIENTS },
    refuse: refusePerson(provider.host),
    handle: unlessRestricted(provider, (c) => finishTrial(provider, c)),
  }
}

/** Sends the owner to the authorization endpoint, as their app would. Null where trials cannot be had. */
export function startTrial(
  provider: Provider,
  c: AppContext,
  client: Client,
  typedScope: string,
): Response | null {
  const { host } = provider
  const redirectUri = trialRedirectUri(host, c)
  if (redirectUri === null) return null
  // More would be refused as too long; it stays too long.
  const scope = typedScope.slice(0, MAX_SCOPE_BYTES + 1)
  const state = sealTrial(
    {
      scope,
      clientId: client.clientId,
      personId: personOf(c).id,
      session: sessionOf(c),
      nonce: newTicketNonce(host.random),
      expiresAt: host.clock.now() + TRIAL_TTL_SECONDS,
    },
    host.signer,
  )
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: trialChallenge(state, host.signer),
    code_challenge_method: 'S256',
  })
  c.header('cache-control', 'no-store')
  return c.redirect(`${host.urls.path(AUTHORIZE_PATH)}?${request.toString()}`, 303)
}

async function finishTrial(provider: Provider, c: AppContext): Promise<Response> {
  const { host } = provider
  const answer = new URL(c.req.url).searchParams
  const state = onlyValue(answer, 'state')
  const trial = state === null ? null : findTrial(provider, c, state)
  const client = trial === null ? null : await findTriedClient(provider, c, trial)
  const redirectUri = trialRedirectUri(host, c)
  const isFaulty =
    findRepeated(answer, ANSWER_PARAMETERS) !== null || onlyValue(answer, 'iss') !== issuerOf(host, c)
  if (trial === null || client === null || state === null || redirectUri === null || isFaulty) {
    return answerNoTrial(provider, c)
  }

  const endpoints = endpointsOf(host, c)
  const tryAgain = new URLSearchParams({ scope: trial.scope })
  const outcome = await outcomeOf(provider, c, { client, state, redirectUri, answer })
  return host.page(c, {
    title: 'Try an app',
    width: 'wide',
    crumbs: [
      { label: 'OAuth apps', path: host.urls.path('/-/oauth/clients') },
      { label: client.name, path: host.urls.path(clientPath(client.clientId)) },
    ],
    headers: privatePageHeaders(),
    body: (
      <TrialPage
        client={client}
        authorizeUrl={endpoints.authorize}
        tokenUrl={endpoints.token}
        redirectUri={redirectUri}
        outcome={outcome}
        scope={trial.scope}
        clientPath={host.urls.path(`${clientPath(client.clientId)}?${tryAgain.toString()}#try`)}
      />
    ),
  })
}

/** The client of the trial, looked up again: it may be deleted by now. */
async function findTriedClient(
  provider: Provider,
  c: AppContext,
  { clientId }: Trial,
): Promise<Client | null> {
  const client = await provider.clients.find(clientId)
  return client?.createdBy === personOf(c).id ? client : null
}

type TrialAnswer = {
  readonly client: Client
  readonly state: string
  readonly redirectUri: string
  readonly answer: URLSearchParams
}

async function outcomeOf(provider: Provider, c: AppContext, trial: TrialAnswer): Promise<TrialOutcome> {
  const { host } = provider
  const error = onlyValue(trial.answer, 'error')
  if (error !== null) {
    return { kind: 'refused', error, description: onlyValue(trial.answer, 'error_description') }
  }
  const exchanged = await exchangeAndEnd(provider, c, trial)
  if (!exchanged.ok) {
    // The device flow has no part in a trial.
    if (exchanged.error.reason === 'device-flow-off') throw new TypeError('a code needs no device flow')
    const { description, error: code } = tokenError(exchanged.error)
    return { kind: 'not-exchanged', error: code, description }
  }
  const { introspection, response } = exchanged.value
  return {
    kind: 'exchanged',
    response,
    introspection,
    scopes: response.datasette_scopes.flatMap((scope) => {
      const action = host.permissions.findAction(scope[0])
      return action === null ? [] : [describeAction(action, placeOf(scope))]
    }),
  }
}

/** What the token endpoint gave, and what the introspection endpoint would have told of it while it lived. */
type Exchanged = { readonly response: TokenResponse; readonly introspection: Introspection }

/** Exchanges the code as the token endpoint does, and ends what came of it whatever happens: the token is dead before the page is written. */
async function exchangeAndEnd(
  provider: Provider,
  c: AppContext,
  { answer, client, redirectUri, state }: TrialAnswer,
): Promise<Result<Exchanged, TokenFailure>> {
  const { codes, grants, host } = provider
  const code = onlyValue(answer, 'code')
  if (code === null) return fail({ reason: 'code-missing' })
  const form = new URLSearchParams({
    code,
    redirect_uri: redirectUri,
    code_verifier: trialVerifier(state, host.signer),
  })
  const issued = await codes.find(hashSecret(code))
  try {
    const exchanged = await exchangeCode(provider, c, client, form)
    if (!exchanged.ok) return exchanged
    const { access_token: token } = exchanged.value
    return ok({
      response: exchanged.value,
      introspection: await introspectFor(provider, c, client.clientId, token),
    })
  } finally {
    // A code that came back to another page is another app's affair.
    const isTrial = issued?.clientId === client.clientId && issued.redirectUri === redirectUri
    if (isTrial && issued.grant.userId === personOf(c).id) {
      const { grantId, userId } = issued.grant
      const isEnded = await grants.end(grantId, host.clock.now())
      const subject = { actorId: userId, clientId: client.clientId, grantId }
      if (isEnded) await recordAudit(provider, c, subject, 'grant.ended')
    }
  }
}

function answerNoTrial({ host }: Provider, c: AppContext): Promise<Response> {
  host.log.info({ reason: 'not-this-trial' }, 'oauth.trial_refused')
  return answerProblem(host, c, {
    status: 400,
    error: 'Not a trial of this session',
    heading: 'This is no trial of yours',
    what: 'It was started in another session or took too long, or the address was changed. Nothing was exchanged.',
    next: 'Go to the page of your app and start again.',
    code: 'invalid_request',
  })
}
