import * as oauth from 'oauth4webapi'
import {
  fail,
  isJsonObject,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
  type SignIn,
} from '../../plugin.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { failureOf, type SignInFailure } from './protocol/failure.ts'
import type { PendingSignIn } from './protocol/pending.ts'
import { actorOfProfile } from './protocol/profile.ts'

/** A provider's answer, and what this site knows of the question. */
export type Answered = {
  /** Where the provider was told to send the browser back to. */
  readonly redirectUri: string
  readonly pending: PendingSignIn
  /** The parameters that the browser came back with. */
  readonly answer: URLSearchParams
}

/** Who the person is, proven by the provider: state and issuer, code and PKCE, ID token, and a profile of the same subject. */
export async function provePerson(
  provider: IdentityProvider,
  answered: Answered,
): Promise<Result<SignIn, SignInFailure>> {
  const proven = await exchange(provider, answered)
  if (!proven.ok) return proven
  const { claims, issuer, idToken, userInfo } = proven.value
  const profile = toJson({ ...claims, ...userInfo })
  if (profile === null) return fail({ reason: 'answer-untrusted', detail: 'profile' })
  const actor = actorOfProfile(profile, provider.rules)
  if (!actor.ok) return actor
  // The session at the provider is what its ID token says: a profile can hold a `sid` of another kind.
  const { sid, sub: subject } = claims
  return ok({
    actor: actor.value,
    upstream: { issuer, subject, sid: typeof sid === 'string' ? sid : null, idToken },
  })
}

type Exchanged = {
  readonly issuer: string
  readonly claims: oauth.IDToken
  readonly idToken: string | null
  readonly userInfo: object
}

/** All that is asked of the provider. What it throws is the provider's fault, or the network's. */
async function exchange(
  provider: IdentityProvider,
  { redirectUri, pending, answer }: Answered,
): Promise<Result<Exchanged, SignInFailure>> {
  const { client, keyCache, transport } = provider
  try {
    const as = await provider.metadata()
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authenticationOf(provider, as),
      oauth.validateAuthResponse(as, client, answer, pending.state),
      redirectUri,
      pending.codeVerifier,
      transport,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    })
    // The token came straight from the provider; its signature is checked all the same, with the provider's own keys.
    await oauth.validateApplicationLevelSignature(as, response, {
      ...transport,
      [oauth.jwksCache]: keyCache,
    })
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    if (claims === undefined) return fail({ reason: 'answer-untrusted', detail: 'id_token' })
    const userInfo = await askUserInfo(provider, as, tokens.access_token, claims.sub)
    return ok({ issuer: as.issuer, claims, idToken: tokens.id_token ?? null, userInfo })
  } catch (error) {
    return fail(failureOf(error))
  }
}

/** What else the provider knows of the person. It must speak of the same one (OpenID Connect Core §5.3.2). */
async function askUserInfo(
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

/** Claims came as JSON; what is `undefined` was not there. Null for claims that are nested too deeply to be written again. */
function toJson(claims: object): JsonObject | null {
  try {
    const value: JsonValue = JSON.parse(JSON.stringify(claims))
    return isJsonObject(value) ? value : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
