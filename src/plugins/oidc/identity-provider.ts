import * as oauth from 'oauth4webapi'
import { boundedFetch, isWebAddress, type Fetch } from '../../plugin.ts'
import type { Auth0Config, ProviderConfig } from './config.ts'
import { ProviderUnreachable } from './protocol/failure.ts'
import type { ProfileRules } from './protocol/profile.ts'

/** Somebody who knows who people are. */
export type IdentityProvider = {
  /** In addresses and cookies of this site. */
  readonly name: string
  /** What the button says. */
  readonly label: string
  readonly paths: { readonly login: string; readonly callback: string; readonly backchannelLogout: string }
  readonly client: oauth.Client
  readonly secret: string | null
  readonly scope: string
  readonly rules: ProfileRules
  /** Its endpoints; rejects when it cannot be asked. */
  readonly metadata: () => Promise<oauth.AuthorizationServer>
  readonly transport: Transport
  /** Its keys as they were fetched last, for ID tokens and logout tokens alike. */
  readonly keyCache: oauth.JWKSCacheInput
  /** Where a browser ends its session there. */
  readonly signOutUrl: (
    metadata: oauth.AuthorizationServer,
    returnTo: string,
    idToken: string | null,
  ) => string | null
}

type Transport = {
  readonly [oauth.customFetch]: ReturnType<typeof boundedFetch>
  readonly [oauth.allowInsecureRequests]: boolean
}

/** A provider has this long for an answer, and may answer with this much. */
const LIMITS = { timeoutMs: 10_000, maxBytes: 1024 * 1024 } as const

/** How long metadata is used before it is asked for again, in milliseconds. */
const METADATA_TTL_MS = 3_600_000

function transportFor(issuer: string, fetch: Fetch): Transport {
  const bounded = boundedFetch(fetch, LIMITS)
  return {
    [oauth.customFetch]: async (address, request) => {
      try {
        return await bounded(address, request)
      } catch (cause) {
        throw new ProviderUnreachable(address, cause)
      }
    },
    // The schema lets plain http through on this computer alone.
    [oauth.allowInsecureRequests]: issuer.startsWith('http:'),
  }
}

const rulesOf = (
  config: Omit<ProviderConfig, 'name' | 'label' | 'issuer' | 'client_secret'>,
): ProfileRules => ({
  actorIdClaim: config.actor_id_claim,
  claims: config.claims,
  allow: config.allow ?? null,
  allowedDomains: config.allowed_domains?.map((domain) => domain.toLowerCase()) ?? null,
})

/** A provider that tells its endpoints itself (OpenID Connect Discovery 1.0). */
export function oidcProvider(config: ProviderConfig, fetch: Fetch): IdentityProvider {
  const { name, issuer } = config
  const transport = transportFor(issuer, fetch)
  return {
    name,
    label: config.label,
    paths: {
      login: `/-/oidc/${name}/login`,
      callback: `/-/oidc/${name}/callback`,
      backchannelLogout: `/-/oidc/${name}/backchannel-logout`,
    },
    client: { client_id: config.client_id },
    secret: config.client_secret ?? null,
    scope: config.scope,
    rules: rulesOf(config),
    metadata: remembered(async () => {
      const address = new URL(issuer)
      return oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, transport))
    }),
    transport,
    keyCache: {},
    signOutUrl: (metadata, returnTo, idToken) => {
      const { end_session_endpoint: endpoint } = metadata
      if (endpoint === undefined || !isWebAddress(endpoint)) return null
      const url = new URL(endpoint)
      url.searchParams.set('client_id', config.client_id)
      url.searchParams.set('post_logout_redirect_uri', returnTo)
      if (idToken !== null) url.searchParams.set('id_token_hint', idToken)
      return url.href
    },
  }
}

/** Auth0: the same with endpoints that are known beforehand, and a way of its own to sign out. */
export function auth0Provider(config: NonNullable<Auth0Config>, fetch: Fetch): IdentityProvider {
  const isLocal = /^(?:127\.0\.0\.1|\[::1\]|localhost)(?::|$)/iu.test(config.domain)
  const base = `${isLocal ? 'http' : 'https'}://${config.domain}`
  const metadata: oauth.AuthorizationServer = {
    issuer: `${base}/`,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/oauth/token`,
    userinfo_endpoint: `${base}/userinfo`,
    jwks_uri: `${base}/.well-known/jwks.json`,
  }
  return {
    name: 'auth0',
    label: 'Sign in with Auth0',
    paths: {
      login: '/-/auth0-login',
      callback: '/-/auth0-callback',
      backchannelLogout: '/-/auth0-backchannel-logout',
    },
    client: { client_id: config.client_id },
    secret: config.client_secret,
    scope: config.scope,
    rules: rulesOf(config),
    metadata: async () => metadata,
    transport: transportFor(base, fetch),
    keyCache: {},
    signOutUrl: (_metadata, returnTo) => {
      const url = new URL(`${base}/v2/logout`)
      url.searchParams.set('client_id', config.client_id)
      url.searchParams.set('returnTo', returnTo)
      return url.href
    },
  }
}

/** Asks once an hour, and for all who ask at the same time together. What failed is asked again. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; readonly until: number } | null = null
  return () => {
    if (kept !== null && performance.now() < kept.until) return kept.answer
    const answer = ask()
    kept = { answer, until: performance.now() + METADATA_TTL_MS }
    answer.catch(() => {
      kept = null
    })
    return answer
  }
}
