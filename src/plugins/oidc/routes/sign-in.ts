import * as oauth from 'oauth4webapi'
import {
  clearedCookie,
  fail,
  isJsonObject,
  ok,
  parseCookies,
  parseLocalPath,
  serializeCookie,
  type AppContext,
  type JsonObject,
  type JsonValue,
  type PluginHost,
  type Result,
  type Route,
  type SignIn,
} from '../../../plugin.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { failureOf, type SignInFailure } from '../protocol/failure.ts'
import {
  MAX_PENDING,
  newPending,
  openPending,
  PENDING_COOKIE_PREFIX,
  PENDING_TTL_SECONDS,
  pendingCookieName,
  sealPending,
  type PendingSignIn,
} from '../protocol/pending.ts'
import { actorOfProfile } from '../protocol/profile.ts'
import { answerFailure } from './failure.tsx'

/** Signing in at a provider (OpenID Connect Core §3.1): the way there, and the way back. */
export function signInRoutes(host: PluginHost, provider: IdentityProvider): readonly Route[] {
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
      handle: (c) => finish(host, provider, c),
    },
  ]
}

/** Sends the browser to the provider. `prompt=login` has it ask again who the person is. */
async function begin(host: PluginHost, provider: IdentityProvider, c: AppContext): Promise<Response> {
  const metadata = await metadataOf(provider)
  if (!metadata.ok) return answerFailure(host, provider, c, metadata.error)
  const { authorization_endpoint: endpoint } = metadata.value
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    return answerFailure(host, provider, c, { reason: 'answer-untrusted', detail: 'authorization_endpoint' })
  }

  const next = parseLocalPath(c.req.query('next') ?? '')
  const pending = newPending(provider.name, next, host.random, host.clock.now())
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
  keep(host, c, pending)
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(url.href, 302)
}

async function finish(host: PluginHost, provider: IdentityProvider, c: AppContext): Promise<Response> {
  const parameters = new URL(c.req.url).searchParams
  const pending = take(host, provider, c, parameters.get('state') ?? '')
  const proven =
    pending === null
      ? fail({ reason: 'not-pending' } as const)
      : await prove(host, provider, c, pending, parameters)
  if (!proven.ok) return answerFailure(host, provider, c, proven.error)

  await host.sessions.start(c, proven.value)
  host.log.info({ provider: provider.name, actor_id: proven.value.actor['id'] }, 'oidc.signed_in')
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(pending?.next ?? host.urls.path('/'), 302)
}

/** Who the person is, proven by the provider: state and issuer, code and PKCE, ID token, and a profile of the same subject. */
async function prove(
  host: PluginHost,
  provider: IdentityProvider,
  c: AppContext,
  pending: PendingSignIn,
  parameters: URLSearchParams,
): Promise<Result<SignIn, SignInFailure>> {
  const { client, keys, rules, transport } = provider
  try {
    const as = await provider.metadata()
    const answer = oauth.validateAuthResponse(as, client, parameters, pending.state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authenticationOf(provider, as),
      answer,
      callbackOf(host, provider, c),
      pending.codeVerifier,
      transport,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    })
    // The token came straight from the provider; its signature is checked all the same, with the provider's own keys.
    await oauth.validateApplicationLevelSignature(as, response, { ...transport, [oauth.jwksCache]: keys })
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    if (claims === undefined) return fail({ reason: 'answer-untrusted', detail: 'id_token' })

    const profile = toJson({ ...claims, ...(await userInfo(provider, as, tokens.access_token, claims.sub)) })
    const actor = actorOfProfile(profile, rules)
    if (!actor.ok) return actor
    const { sid } = profile
    const upstream = {
      issuer: as.issuer,
      subject: claims.sub,
      sid: typeof sid === 'string' ? sid : null,
      idToken: tokens.id_token ?? null,
    }
    return ok({ actor: actor.value, upstream })
  } catch (error) {
    return fail(failureOf(error))
  }
}

/** What else the provider knows of the person. It must speak of the same one (OpenID Connect Core §5.3.2). */
async function userInfo(
  { client, transport }: IdentityProvider,
  as: oauth.AuthorizationServer,
  accessToken: string,
  subject: string,
): Promise<object> {
  if (as.userinfo_endpoint === undefined) return {}
  const response = await oauth.userInfoRequest(as, client, accessToken, transport)
  return oauth.processUserInfoResponse(as, client, subject, response)
}

/** Basic where the provider takes it, as Auth0 does; a client without a secret proves itself by PKCE alone. */
function authenticationOf({ secret }: IdentityProvider, as: oauth.AuthorizationServer): oauth.ClientAuth {
  if (secret === null) return oauth.None()
  const methods = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return methods.includes('client_secret_basic')
    ? oauth.ClientSecretBasic(secret)
    : oauth.ClientSecretPost(secret)
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

/** Gives the browser the cookie of a sign-in, and takes back those of the oldest when it has many: headers have a limit. */
function keep(host: PluginHost, c: AppContext, pending: PendingSignIn): void {
  const secure = host.urls.isSecure(c.req.raw)
  const others = [...parseCookies(c.req.header('cookie')).keys()].filter((name) =>
    name.startsWith(PENDING_COOKIE_PREFIX),
  )
  for (const name of others.slice(0, Math.max(0, others.length - MAX_PENDING + 1))) {
    c.header('set-cookie', clearedCookie(name, secure), { append: true })
  }
  const name = pendingCookieName(pending.state)
  if (name === null) throw new Error('a new state must have a cookie of its own')
  const options = { secure, maxAgeSeconds: PENDING_TTL_SECONDS }
  c.header('set-cookie', serializeCookie(name, sealPending(pending, host.signer), options), { append: true })
}

/** The sign-in that this browser has under way for this state. It is over with this answer, whatever comes of it. */
function take(
  host: PluginHost,
  { name: provider }: IdentityProvider,
  c: AppContext,
  state: string,
): PendingSignIn | null {
  const name = pendingCookieName(state)
  const value = name === null ? undefined : parseCookies(c.req.header('cookie')).get(name)
  if (name === null || value === undefined) return null
  c.header('set-cookie', clearedCookie(name, host.urls.isSecure(c.req.raw)), { append: true })
  return openPending(value, host.signer, { provider, state, now: host.clock.now() })
}

/** Claims came as JSON; what is `undefined` was not there. */
function toJson(claims: object): JsonObject {
  const value: JsonValue = JSON.parse(JSON.stringify(claims))
  return isJsonObject(value) ? value : {}
}
