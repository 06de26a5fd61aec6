import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { Provider, type Configuration } from 'oidc-provider'

/** A real OpenID provider on this computer. Whoever comes is signed in as `person.id`, with the claims of `person`. */
export type RealProvider = {
  /** As its ID tokens name it. */
  readonly issuer: string
  readonly origin: string
  /** Who signs in next. */
  person: { readonly id: string; readonly claims: Readonly<Record<string, unknown>> }
  /** Whether the next person turns the sign-in down. */
  refuses: boolean
  /** The prompts that it was asked with, in order. */
  readonly prompts: (string | undefined)[]
  /** Signs claims with the provider's own key. */
  readonly sign: (
    claims: JWTPayload,
    header?: { readonly alg?: string; readonly kid?: string },
  ) => Promise<string>
  readonly close: () => Promise<void>
}

export const CLIENT = { client_id: 'tapedeck', client_secret: 'a secret between the two of them' } as const

/** Where Auth0 has its endpoints. */
const AUTH0_ROUTES = {
  authorization: '/authorize',
  token: '/oauth/token',
  userinfo: '/userinfo',
  jwks: '/.well-known/jwks.json',
}

type Options = {
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  /** Endpoints and issuer as Auth0 has them. */
  readonly asAuth0?: boolean
  readonly backchannelLogoutUri?: string
}

/** Starts a provider that knows one client. */
export async function startIdentityProvider(options: Options): Promise<RealProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = options.asAuth0 === true ? `${origin}/` : origin

  const state = {
    issuer,
    origin,
    person: { id: 'user-1', claims: {} } as RealProvider['person'],
    refuses: false,
    prompts: [] as (string | undefined)[],
    sign: (claims: JWTPayload, header: { readonly alg?: string; readonly kid?: string } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1', ...header }).sign(privateKey),
    close: () => new Promise<void>((done) => server.close(() => done())),
  }

  const configuration: Configuration = {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [...options.redirectUris],
        post_logout_redirect_uris: [...(options.postLogoutRedirectUris ?? [])],
        ...(options.backchannelLogoutUri !== undefined && {
          backchannel_logout_uri: options.backchannelLogoutUri,
          backchannel_logout_session_required: true,
        }),
      },
    ],
    ...(options.asAuth0 === true && { routes: AUTH0_ROUTES }),
    jwks: { keys: [jwk] },
    cookies: { keys: ['cookie key'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    claims: {
      openid: ['sub', 'sid'],
      profile: ['name', 'id', '_r', 'token', 'groups', 'https://example.com/roles', 'realm_access'],
      email: ['email', 'email_verified'],
    },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...state.person.claims }),
    }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    // Nobody is asked for consent: these tests are about who somebody is.
    loadExistingGrant: async (context) => {
      const { client, provider, session } = context.oidc
      const known = session?.grantIdFor(client?.clientId ?? '')
      if (known !== undefined) return provider.Grant.find(known)
      const grant = new provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
    renderError: (context, out) => {
      context.type = 'text'
      context.body = JSON.stringify(out)
    },
  }
  const provider = new Provider(issuer, configuration)
  const callback = provider.callback()
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void callback(request, response)
    const finish = async () => {
      const { params } = await provider.interactionDetails(request, response)
      state.prompts.push(typeof params['prompt'] === 'string' ? params['prompt'] : undefined)
      const result = state.refuses
        ? { error: 'access_denied', error_description: 'no' }
        : { login: { accountId: state.person.id } }
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    }
    finish().catch((error: unknown) => {
      response.statusCode = 500
      response.end(String(error))
    })
  }
  return state
}
