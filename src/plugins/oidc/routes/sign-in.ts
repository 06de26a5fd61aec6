import * as oauth from 'oauth4webapi'
import {
  fail,
  isWebAddress,
  ok,
  parseLocalPath,
  type AppContext,
  type PluginHost,
  type Result,
  type Route,
} from '../../../plugin.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { provePerson } from '../prove-person.ts'
import { failureOf, type SignInFailure } from '../protocol/failure.ts'
import { newPending } from '../protocol/pending.ts'
import { UsedStates } from '../used-states.ts'
import { answerFailure } from './failure.tsx'
import { keepPending, takePending } from './pending-cookies.ts'

/** Signing in at a provider (OpenID Connect Core §3.1): the way there, and the way back. */
export function signInRoutes(host: PluginHost, provider: IdentityProvider): readonly Route[] {
  const used = new UsedStates()
  return [
    {
      method: 'GET',
      path: provider.paths.login,
      allow: { who: 'anyone' },
      handle: (c) => begin(host, provider, c),
    },
    {
      method: 'GET',
      path: provider.paths.callback,
      allow: { who: 'anyone' },
      handle: (c) => finish(host, provider, used, c),
    },
  ]
}

/** Sends the browser to the provider. `prompt=login` has it ask again who the person is. */
async function begin(host: PluginHost, provider: IdentityProvider, c: AppContext): Promise<Response> {
  const metadata = await metadataOf(provider)
  if (!metadata.ok) return answerFailure(host, provider, c, metadata.error)
  const { authorization_endpoint: endpoint } = metadata.value
  if (endpoint === undefined || !isWebAddress(endpoint)) {
    return answerFailure(host, provider, c, { reason: 'answer-untrusted', detail: 'authorization_endpoint' })
  }

  const next = parseLocalPath(c.req.query('next') ?? '')
  const pending = newPending(provider.paths.callback, next, host.random, host.clock.now())
  const url = new URL(endpoint)
  const parameters = {
    response_type: 'code',
    client_id: provider.client.client_id,
    redirect_uri: callbackOf(host, provider, c),
    scope: provider.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
    ...(c.req.query('prompt') === 'login' && { prompt: 'login' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  keepPending(host, c, pending)
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(url.href, 302)
}

async function finish(
  host: PluginHost,
  provider: IdentityProvider,
  used: UsedStates,
  c: AppContext,
): Promise<Response> {
  const answer = new URL(c.req.url).searchParams
  const pending = takePending(host, provider.paths.callback, c, answer.get('state') ?? '')
  if (pending === null || !used.use(pending, host.clock.now())) {
    return answerFailure(host, provider, c, { reason: 'not-pending' })
  }
  const redirectUri = callbackOf(host, provider, c)
  const proven = await provePerson(provider, { redirectUri, pending, answer })
  if (!proven.ok) return answerFailure(host, provider, c, proven.error)

  await host.sessions.start(c, proven.value)
  host.log.info({ provider: provider.name, actor_id: proven.value.actor['id'] }, 'oidc.signed_in')
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(pending.next ?? host.urls.path('/'), 302)
}

async function metadataOf(
  provider: IdentityProvider,
): Promise<Result<oauth.AuthorizationServer, SignInFailure>> {
  try {
    return ok(await provider.metadata())
  } catch (error) {
    return fail(failureOf(error))
  }
}

function callbackOf(host: PluginHost, { paths }: IdentityProvider, c: AppContext): string {
  return host.urls.absolute(c.req.raw, paths.callback)
}
