import { createTestServer, type TestServer } from '../../src/testing.ts'
import { CLIENT, startIdentityProvider, type RealProvider } from './identity-provider.ts'

/** Where the sites of these tests believe to be. */
export const ORIGIN = 'http://localhost:8001'

/** The real time, in seconds: a real provider keeps no other. */
export const now = () => Math.floor(Date.now() / 1000)

/** Cookies of one browser, at the site and at the provider. */
export class Visitor {
  readonly site = new Map<string, string>()
  readonly elsewhere = new Map<string, string>()
}

/** Two real providers, a site that knows both, and the way of a browser between them. */
export type SigningIn = {
  readonly provider: RealProvider
  /** Has its endpoints where Auth0 has them. */
  readonly auth0: RealProvider
  readonly server: TestServer
  /** Changes what a provider answers on its way to the sites. */
  meddle: (address: string, response: Response) => Promise<Response> | Response
  /** Another site; `changes` are to its block for the provider. */
  readonly startSite: (changes: object) => Promise<TestServer>
  readonly visit: (visitor: Visitor, path: string, site?: TestServer) => Promise<Response>
  /** From the site to the provider and through it; gives the address that the browser is sent back to. */
  readonly throughProvider: (visitor: Visitor, response: Response) => Promise<URL>
  /** A whole sign-in; gives the last answer of the site. */
  readonly signIn: (visitor: Visitor, path?: string, site?: TestServer) => Promise<Response>
  readonly actorOf: (visitor: Visitor, site?: TestServer) => Promise<unknown>
  /** Brings back the person, and leaves answers alone. */
  readonly reset: () => void
  readonly close: () => Promise<void>
}

/** Starts both providers and the site. */
export async function startSigningIn(): Promise<SigningIn> {
  const redirectUris = ['/-/oidc/corp/callback', '/-/auth0-callback'].map((path) => ORIGIN + path)
  const provider = await startIdentityProvider({ redirectUris, postLogoutRedirectUris: [`${ORIGIN}/`] })
  const auth0 = await startIdentityProvider({ redirectUris, asAuth0: true })
  const leaveAlone: SigningIn['meddle'] = (_address, response) => response
  const changing = { meddle: leaveAlone }

  const startSite = (changes: object) =>
    createTestServer({
      now: now(),
      fetch: async (address, init) => changing.meddle(address, await fetch(address, init)),
      config: {
        plugins: {
          oidc: { name: 'corp', label: 'Sign in with Corp', issuer: provider.issuer, ...CLIENT, ...changes },
          'datasette-auth0': { domain: new URL(auth0.origin).host, ...CLIENT },
        },
      },
    })
  const server = await startSite({})

  const visit: SigningIn['visit'] = async (visitor, path, site = server) => {
    const headers = { accept: 'text/html', ...(visitor.site.size > 0 && { cookie: cookieOf(visitor.site) }) }
    const response = await site.request(path, { headers })
    keepCookies(visitor.site, response)
    return response
  }
  const signIn: SigningIn['signIn'] = async (visitor, path = '/-/oidc/corp/login', site = server) => {
    const back = await throughProvider(visitor, await visit(visitor, path, site))
    return visit(visitor, back.pathname + back.search, site)
  }
  const actorOf: SigningIn['actorOf'] = async (visitor, site = server) => {
    const response = await visit(visitor, '/-/actor.json', site)
    return ((await response.json()) as { actor: unknown }).actor
  }
  const reset = () => {
    changing.meddle = leaveAlone
    provider.person = {
      id: 'user-1',
      claims: { name: 'Ann', email: 'ann@example.com', email_verified: true },
    }
    provider.refuses = false
  }
  const close = async () => {
    await server.close()
    await provider.close()
    await auth0.close()
  }
  const fixed = { provider, auth0, server, startSite, visit, throughProvider, signIn, actorOf, reset, close }
  return Object.assign(changing, fixed)
}

/** Takes a browser's cookies from an answer. */
export function keepCookies(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    if (/max-age=0|expires=Thu, 01 Jan 1970/iu.test(line) || value === '') jar.delete(name)
    else jar.set(name, value)
  }
}

/** The `cookie` header of a browser. */
export const cookieOf = (jar: ReadonlyMap<string, string>) =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

async function throughProvider(visitor: Visitor, response: Response): Promise<URL> {
  let location = response.headers.get('location') ?? ''
  for (let steps = 0; steps < 10 && !location.startsWith(ORIGIN); steps += 1) {
    const answer = await fetch(location, {
      redirect: 'manual',
      headers: { cookie: cookieOf(visitor.elsewhere) },
    })
    keepCookies(visitor.elsewhere, answer)
    location = new URL(answer.headers.get('location') ?? 'missing:', location).href
  }
  return new URL(location)
}
