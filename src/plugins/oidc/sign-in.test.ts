import type { JWTPayload } from 'jose'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT, startIdentityProvider, type RealProvider } from '../../../test/support/identity-provider.ts'
import { createTestServer, type TestServer } from '../../testing.ts'

const ORIGIN = 'http://localhost:8001'
const now = () => Math.floor(Date.now() / 1000)

/** Cookies of one browser, at the site and at the provider. */
class Visitor {
  readonly site = new Map<string, string>()
  readonly elsewhere = new Map<string, string>()
}

let provider: RealProvider
let auth0: RealProvider
/** Changes what the provider answers on its way to the site. */
let meddle: (address: string, response: Response) => Promise<Response> | Response = (_address, response) =>
  response
let server: TestServer

beforeAll(async () => {
  const both = ['/-/oidc/corp/callback', '/-/auth0-callback'].map((path) => ORIGIN + path)
  provider = await startIdentityProvider({ redirectUris: both, postLogoutRedirectUris: [`${ORIGIN}/`] })
  auth0 = await startIdentityProvider({ redirectUris: both, asAuth0: true })
  server = await startSite({})
})
afterAll(async () => {
  await server.close()
  await provider.close()
  await auth0.close()
})
beforeEach(() => {
  meddle = (_address, response) => response
  provider.person = { id: 'user-1', claims: { name: 'Ann', email: 'ann@example.com', email_verified: true } }
  provider.refuses = false
})

function startSite(changes: object): Promise<TestServer> {
  return createTestServer({
    now: now(),
    fetch: async (address, init) => meddle(address, await fetch(address, init)),
    config: {
      plugins: {
        oidc: { name: 'corp', label: 'Sign in with Corp', issuer: provider.issuer, ...CLIENT, ...changes },
        'datasette-auth0': { domain: new URL(auth0.origin).host, ...CLIENT },
      },
    },
  })
}

function keepCookies(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    if (/max-age=0|expires=Thu, 01 Jan 1970/iu.test(line) || value === '') jar.delete(name)
    else jar.set(name, value)
  }
}

const cookieOf = (jar: ReadonlyMap<string, string>) =>
  [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

async function visit(visitor: Visitor, path: string, site = server): Promise<Response> {
  const headers = { accept: 'text/html', ...(visitor.site.size > 0 && { cookie: cookieOf(visitor.site) }) }
  const response = await site.request(path, { headers })
  keepCookies(visitor.site, response)
  return response
}

/** From the site to the provider and through it; gives the address that the browser is sent back to. */
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

/** A whole sign-in; gives the last answer of the site. */
async function signIn(visitor: Visitor, path = '/-/oidc/corp/login', site = server): Promise<Response> {
  const back = await throughProvider(visitor, await visit(visitor, path, site))
  return visit(visitor, back.pathname + back.search, site)
}

async function actorOf(visitor: Visitor, site = server): Promise<unknown> {
  const response = await visit(visitor, '/-/actor.json', site)
  return ((await response.json()) as { actor: unknown }).actor
}

describe('signing in at a provider with discovery', () => {
  it('ends where the person came from, as the person that the provider names', async () => {
    const visitor = new Visitor()
    const next = '/-/oauth/authorize?client_id=1&state=%26%3D'
    const answer = await signIn(visitor, `/-/oidc/corp/login?next=${encodeURIComponent(next)}`)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, next])
    expect(await actorOf(visitor)).toEqual({
      id: 'user-1',
      sub: 'user-1',
      name: 'Ann',
      email: 'ann@example.com',
      email_verified: true,
    })
  })

  it('asks with PKCE, a nonce and a state that the cookie alone knows', async () => {
    const visitor = new Visitor()
    const asked = new URL((await visit(visitor, '/-/oidc/corp/login')).headers.get('location') ?? '')
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'tapedeck',
      redirect_uri: `${ORIGIN}/-/oidc/corp/callback`,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[0-9a-f]{64}$/u),
      nonce: expect.stringMatching(/^[0-9a-f]{64}$/u),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u),
      code_challenge_method: 'S256',
    })
  })

  it('keeps two tabs apart: each comes back to where it began', async () => {
    const visitor = new Visitor()
    const one = await visit(visitor, '/-/oidc/corp/login?next=/one')
    const two = await visit(visitor, '/-/oidc/corp/login?next=/two')
    const [backTwo, backOne] = [await throughProvider(visitor, two), await throughProvider(visitor, one)]
    const ends = []
    for (const back of [backTwo, backOne]) {
      ends.push((await visit(visitor, back.pathname + back.search)).headers.get('location'))
    }
    expect(ends).toEqual(['/two', '/one'])
  })

  it('bounds the cookies that a browser collects', async () => {
    const visitor = new Visitor()
    for (let count = 0; count < 12; count += 1) await visit(visitor, '/-/oidc/corp/login')
    expect(visitor.site.size).toBe(5)
  })

  it('has the provider ask again who the person is, when that is wanted', async () => {
    const visitor = new Visitor()
    await signIn(visitor)
    const asked = provider.prompts.length
    await signIn(visitor)
    expect(provider.prompts).toHaveLength(asked)
    await signIn(visitor, '/-/oidc/corp/login?prompt=login')
    expect(provider.prompts.slice(asked)).toEqual(['login'])
    expect(await actorOf(visitor)).toMatchObject({ id: 'user-1' })
  })

  it.each(['https://evil.example/', '//evil.example', String.raw`/\evil.example`, 'javascript:alert(1)'])(
    'leads nowhere else afterwards: %s',
    async (next) => {
      const answer = await signIn(new Visitor(), `/-/oidc/corp/login?next=${encodeURIComponent(next)}`)
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/'])
    },
  )

  it('is offered on the sign-in page, with a way to be somebody else', async () => {
    const page = await (await server.request('/-/sign-in?next=/shop')).text()
    expect(page).toContain('href="/-/oidc/corp/login?next=%2Fshop">Sign in with Corp<')
    expect(page).toContain(
      'href="/-/oidc/corp/login?prompt=login&amp;next=%2Fshop">Sign in with Corp as somebody else<',
    )
    expect(page).toContain('href="/-/auth0-login?next=%2Fshop">Sign in with Auth0<')
  })
})

describe('who may sign in, and as whom', () => {
  const signInAs = async (claims: object, changes: object = {}) => {
    const site = await startSite(changes)
    const visitor = new Visitor()
    provider.person = { id: 'user-1', claims: { ...claims } }
    const answer = await signIn(visitor, undefined, site)
    const actor = await actorOf(visitor, site)
    await site.close()
    return { status: answer.status, page: await answer.text(), actor }
  }

  it('takes nothing from a profile that only this site may say', async () => {
    const { actor } = await signInAs({ id: 'root', _r: { a: [] }, token: 'x', name: 'Eve' })
    expect(actor).toEqual({ id: 'user-1', sub: 'user-1', name: 'Eve' })
  })

  it.each(['root', 'Root', ' root '])('lets nobody be %j', async (name) => {
    const { status, actor, page } = await signInAs({ name }, { actor_id_claim: 'name' })
    expect([status, actor]).toEqual([400, null])
    expect(page).toContain('may not sign in')
  })

  it('takes another claim for the id, and an email address only when it is verified', async () => {
    const byEmail = { actor_id_claim: 'email' }
    const verified = { email: 'ann@example.com', email_verified: true }
    expect((await signInAs(verified, byEmail)).actor).toMatchObject({ id: 'ann@example.com' })
    for (const claims of [{ email: 'ann@example.com' }, { ...verified, email_verified: 'true' }]) {
      const { status, actor, page } = await signInAs(claims, byEmail)
      expect([status, actor]).toEqual([400, null])
      expect(page).toContain('not verified')
    }
    expect((await signInAs({}, byEmail)).page).toContain('actor_id_claim')
  })

  it('turns claims into roles: by their name, and by a path into nested ones', async () => {
    const claims = { 'https://example.com/roles': ['editor'], realm_access: { roles: ['x', 'y'] } }
    const { actor } = await signInAs(claims, {
      claims: {
        roles: 'https://example.com/roles',
        groups: 'realm_access.roles',
        nothing: 'a.b',
        id: 'name',
      },
    })
    expect(actor).toMatchObject({ id: 'user-1', roles: ['editor'], groups: ['x', 'y'] })
    expect(actor).not.toHaveProperty('nothing')
  })

  it('lets in whom the allow block names, and whose verified address is in a domain', async () => {
    const staff = { allow: { groups: 'staff' } }
    expect((await signInAs({ groups: ['staff'] }, staff)).actor).toMatchObject({ id: 'user-1' })
    expect((await signInAs({ groups: ['guests'] }, staff)).status).toBe(400)

    const domain = { allowed_domains: ['Example.com'] }
    const email = (address: string, email_verified: boolean) => ({ email: address, email_verified })
    expect((await signInAs(email('a@EXAMPLE.com', true), domain)).actor).toMatchObject({ id: 'user-1' })
    for (const claims of [
      email('a@example.com', false),
      email('a@evil.example', true),
      email('a@example.com@evil.example', true),
      email('example.com', false),
      {},
    ]) {
      expect((await signInAs(claims, domain)).status).toBe(400)
    }
  })

  it('keeps a profile that no cookie could hold', async () => {
    const { actor } = await signInAs({ groups: Array.from({ length: 1000 }, (_, index) => `group-${index}`) })
    expect((actor as { groups: unknown[] }).groups).toHaveLength(1000)
  })
})

describe('an answer that cannot be trusted', () => {
  /** Signs in while the ID token is replaced by one with other claims. */
  async function withIdToken(forge: (claims: JWTPayload) => Promise<string>) {
    meddle = async (address, response) => {
      if (!address.endsWith('/token')) return response
      const body = (await response.json()) as { id_token: string }
      return Response.json({ ...body, id_token: await forge(decodeJwt(body.id_token)) })
    }
    const visitor = new Visitor()
    const answer = await signIn(visitor)
    return { status: answer.status, page: await answer.text(), actor: await actorOf(visitor) }
  }
  const refused = async (outcome: Promise<{ status: number; page: string; actor: unknown }>) => {
    const { status, page, actor } = await outcome
    expect([status, actor]).toEqual([400, null])
    expect(page).toContain('could not be trusted')
  }

  it('is one with a good ID token unless it is changed', async () => {
    expect((await withIdToken((claims) => provider.sign(claims))).status).toBe(302)
  })

  it.each<[string, JWTPayload]>([
    ['nonce', { nonce: 'another' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['audience', { aud: 'another client' }],
    ['end', { exp: 1_000_000_000 }],
    ['subject in the profile', { sub: 'user-2' }],
  ])('has another %s', async (_claim, changes) => {
    await refused(withIdToken((claims) => provider.sign({ ...claims, ...changes })))
  })

  it('has no nonce', async () => {
    await refused(withIdToken(({ nonce: _nonce, ...claims }) => provider.sign(claims)))
  })

  it('is signed by somebody else, with a key of the same name or of none that is known', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    for (const kid of ['key-1', 'key-2']) {
      const forge = (claims: JWTPayload) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
      await refused(withIdToken(forge))
    }
  })

  it('is signed with nothing, or with the client’s secret', async () => {
    const none = (claims: JWTPayload) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      return Promise.resolve(`${part({ alg: 'none' })}.${part(claims)}.`)
    }
    await refused(withIdToken(none))
    const shared = (claims: JWTPayload) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(CLIENT.client_secret))
    await refused(withIdToken(shared))
  })

  it('comes with a profile of somebody else', async () => {
    meddle = async (address, response) =>
      address.endsWith('/me') || address.endsWith('/userinfo') ? Response.json({ sub: 'user-2' }) : response
    const visitor = new Visitor()
    expect((await signIn(visitor)).status).toBe(400)
    expect(await actorOf(visitor)).toBeNull()
  })

  it('names another provider (RFC 9207)', async () => {
    const visitor = new Visitor()
    const back = await throughProvider(visitor, await visit(visitor, '/-/oidc/corp/login'))
    back.searchParams.set('iss', 'https://evil.example')
    expect((await visit(visitor, back.pathname + back.search)).status).toBe(400)
  })

  it('T112: began in another browser (CVE-2026-27124)', async () => {
    const [attacker, victim] = [new Visitor(), new Visitor()]
    const back = await throughProvider(attacker, await visit(attacker, '/-/oidc/corp/login'))
    await visit(victim, '/-/oidc/corp/login')
    const answer = await visit(victim, back.pathname + back.search)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('no sign-in that began in this browser')
    expect(await actorOf(victim)).toBeNull()
  })

  it('is used a second time, also by a browser that keeps the cookie', async () => {
    const visitor = new Visitor()
    const login = await visit(visitor, '/-/oidc/corp/login')
    const kept = new Map(visitor.site)
    const back = await throughProvider(visitor, login)
    expect((await visit(visitor, back.pathname + back.search)).status).toBe(302)
    expect((await visit(visitor, back.pathname + back.search)).status).toBe(400)
    const stubborn = new Visitor()
    for (const [name, value] of kept) stubborn.site.set(name, value)
    expect((await visit(stubborn, back.pathname + back.search)).status).toBe(400)
    expect(await actorOf(stubborn)).toBeNull()
  })

  it('comes too late, or at another provider’s address', async () => {
    const site = await startSite({})
    const visitor = new Visitor()
    const back = await throughProvider(visitor, await visit(visitor, '/-/oidc/corp/login', site))
    expect((await visit(visitor, `/-/auth0-callback${back.search}`, site)).status).toBe(400)
    const late = new Visitor()
    const lateBack = await throughProvider(late, await visit(late, '/-/oidc/corp/login', site))
    site.advance(3601)
    expect((await visit(late, lateBack.pathname + lateBack.search, site)).status).toBe(400)
    await site.close()
  })

  it.each([
    '',
    '?code=x',
    '?state=x&code=y',
    `?state=${'a'.repeat(64)}&code=y`,
    '?error=access_denied',
    '?state=%00é',
  ])('is %j, and no sign-in of this browser', async (query) =>
    expect((await visit(new Visitor(), `/-/oidc/corp/callback${query}`)).status).toBe(400),
  )
})

describe('a provider that does not go along', () => {
  it('lets the person turn it down, and says so', async () => {
    provider.refuses = true
    const visitor = new Visitor()
    const answer = await signIn(visitor)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('you turned it down there')
    expect(await actorOf(visitor)).toBeNull()
  })

  it('is told that its client secret is wrong, the person that only the owner can mend it', async () => {
    const site = await startSite({ client_secret: 'wrong' })
    const answer = await signIn(new Visitor(), undefined, site)
    const page = await answer.text()
    expect([answer.status, page.includes('its client ID, its secret')]).toEqual([400, true])
    expect(page).not.toContain('wrong</')
    await site.close()
  })

  it('is down: a 503 that says so, and the next try asks again', async () => {
    const site = await startSite({})
    meddle = () => Promise.reject(new TypeError('fetch failed'))
    const down = await visit(new Visitor(), '/-/oidc/corp/login', site)
    expect([down.status, (await down.text()).includes('does not answer')]).toEqual([503, true])
    meddle = (_address, response) => response
    expect((await signIn(new Visitor(), undefined, site)).status).toBe(302)
    await site.close()
  })

  it('answers with what is no metadata', async () => {
    const site = await startSite({})
    for (const answer of [
      () => Response.json({ issuer: 'https://evil.example' }),
      () => new Response('<p>'),
      () => new Response('x'.repeat(2_000_000)),
    ]) {
      meddle = answer
      expect((await visit(new Visitor(), '/-/oidc/corp/login', site)).status).toBe(400)
    }
    await site.close()
  })

  it('leaves no secret, code, state or token in the log', async () => {
    const site = await startSite({})
    const visitor = new Visitor()
    const back = await throughProvider(visitor, await visit(visitor, '/-/oidc/corp/login', site))
    await visit(visitor, back.pathname + back.search, site)
    await visit(visitor, back.pathname + back.search, site)
    expect(site.log()).toContain('oidc.signed_in')
    for (const secret of [
      back.searchParams.get('code') ?? '',
      back.searchParams.get('state') ?? '',
      CLIENT.client_secret,
      'eyJ',
    ]) {
      expect(site.log()).not.toContain(secret)
    }
    await site.close()
  })
})

describe('signing out', () => {
  const signOut = async (visitor: Visitor, query = '') => {
    const response = await server.request(`/-/logout${query}`, {
      form: {},
      headers: { cookie: cookieOf(visitor.site) },
    })
    keepCookies(visitor.site, response)
    return response
  }

  it('ends the session here, and leads to the provider to end it there', async () => {
    const visitor = new Visitor()
    await signIn(visitor)
    const copy = new Visitor()
    for (const [name, value] of visitor.site) copy.site.set(name, value)
    const url = new URL((await signOut(visitor)).headers.get('location') ?? '')
    expect(url.origin + url.pathname).toBe(`${provider.origin}/session/end`)
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/`)
    expect(decodeJwt(url.searchParams.get('id_token_hint') ?? '').sub).toBe('user-1')
    expect(await actorOf(copy)).toBeNull()
  })

  it('stays here when only the person changes', async () => {
    const visitor = new Visitor()
    await signIn(visitor)
    expect((await signOut(visitor, '?next=/shop')).headers.get('location')).toBe('/-/sign-in?next=%2Fshop')
  })

  it('leads to Auth0’s own address', async () => {
    const visitor = new Visitor()
    auth0.person = { id: 'auth0|1', claims: {} }
    await signIn(visitor, '/-/auth0-login')
    expect(await actorOf(visitor)).toMatchObject({ id: 'auth0|1' })
    const url = new URL((await signOut(visitor)).headers.get('location') ?? '')
    expect(url.href).toBe(
      `${auth0.origin}/v2/logout?client_id=tapedeck&returnTo=${encodeURIComponent(`${ORIGIN}/`)}`,
    )
    expect((await server.request('/-/auth0-logout')).headers.get('location')).toBe('/-/logout')
  })
})

describe('back-channel log-out', () => {
  const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: provider.issuer,
    aud: 'tapedeck',
    iat: now(),
    jti: 'once',
    events: { [EVENT]: {} },
    sub: 'user-1',
    ...more,
  })
  const post = (token: string, site = server) =>
    site.request('/-/oidc/corp/backchannel-logout', { form: { logout_token: token } })

  it('ends the sessions of the person that the provider names', async () => {
    const [one, other] = [new Visitor(), new Visitor()]
    await signIn(one)
    provider.person = { id: 'user-9', claims: {} }
    await signIn(other)
    expect((await post(await provider.sign(claims()))).status).toBe(200)
    expect([await actorOf(one), await actorOf(other)]).toMatchObject([null, { id: 'user-9' }])
  })

  it.each<[string, JWTPayload]>([
    ['of another provider', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another' }],
    ['that is old', { iat: 1_000_000_000 }],
    ['with a nonce, which is an ID token', { nonce: 'x' }],
    ['about another event', { events: { other: {} } }],
    ['about nobody', { sub: undefined } as unknown as JWTPayload],
  ])('refuses a token %s', async (_what, changes) => {
    const visitor = new Visitor()
    await signIn(visitor)
    expect((await post(await provider.sign(claims(changes)))).status).toBe(400)
    expect(await actorOf(visitor)).not.toBeNull()
  })

  it('refuses what is not signed by the provider', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const forged = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .sign(privateKey)
    for (const token of [forged, '', 'x', 'a.b.c']) expect((await post(token)).status).toBe(400)
  })

  it('asks the provider for its keys once, however many invented keys are named', async () => {
    let asked = 0
    meddle = (address, response) => {
      if (address.endsWith('/jwks')) asked += 1
      return response
    }
    const site = await startSite({})
    const { privateKey } = await generateKeyPair('RS256')
    for (let count = 0; count < 20; count += 1) {
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: `invented-${count}` })
        .sign(privateKey)
      expect((await post(token, site)).status).toBe(400)
    }
    expect(asked).toBe(1)
    await site.close()
  })

  it('is a 503 while the provider cannot be asked', async () => {
    const down = (path: string) => {
      meddle = (address, response) => {
        if (address.endsWith(path)) throw new TypeError('fetch failed')
        return response
      }
    }
    for (const path of ['/jwks', '/.well-known/openid-configuration']) {
      const site = await startSite({})
      down(path)
      expect((await post(await provider.sign(claims()), site)).status).toBe(503)
      await site.close()
    }
    meddle = (address, response) => (address.endsWith('/jwks') ? new Response('[]') : response)
    const site = await startSite({})
    expect((await post(await provider.sign(claims()), site)).status).toBe(503)
    await site.close()
  })
})
