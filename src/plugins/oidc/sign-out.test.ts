import type { JWTPayload } from 'jose'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  cookieOf,
  keepCookies,
  now,
  ORIGIN,
  startSigningIn,
  Visitor,
  type SigningIn,
} from '../../../test/support/signing-in.ts'

let at: SigningIn
beforeAll(async () => {
  at = await startSigningIn()
})
afterAll(() => at.close())
beforeEach(() => at.reset())

describe('signing out', () => {
  const signOut = async (visitor: Visitor, query = '') => {
    const response = await at.server.request(`/-/logout${query}`, {
      form: {},
      headers: { cookie: cookieOf(visitor.site) },
    })
    keepCookies(visitor.site, response)
    return response
  }

  it('ends the session here, and leads to the provider to end it there', async () => {
    const visitor = new Visitor()
    await at.signIn(visitor)
    const copy = new Visitor()
    for (const [name, value] of visitor.site) copy.site.set(name, value)
    const url = new URL((await signOut(visitor)).headers.get('location') ?? '')
    expect(url.origin + url.pathname).toBe(`${at.provider.origin}/session/end`)
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/`)
    expect(decodeJwt(url.searchParams.get('id_token_hint') ?? '').sub).toBe('user-1')
    expect(await at.actorOf(copy)).toBeNull()
  })

  it('stays here when only the person changes', async () => {
    const visitor = new Visitor()
    await at.signIn(visitor)
    expect((await signOut(visitor, '?next=/shop')).headers.get('location')).toBe('/-/sign-in?next=%2Fshop')
  })

  it('leads to Auth0’s own address', async () => {
    const visitor = new Visitor()
    at.auth0.person = { id: 'auth0|1', claims: {} }
    await at.signIn(visitor, '/-/auth0-login')
    expect(await at.actorOf(visitor)).toMatchObject({ id: 'auth0|1' })
    const url = new URL((await signOut(visitor)).headers.get('location') ?? '')
    expect(url.href).toBe(
      `${at.auth0.origin}/v2/logout?client_id=tapedeck&returnTo=${encodeURIComponent(`${ORIGIN}/`)}`,
    )
    expect((await at.server.request('/-/auth0-logout')).headers.get('location')).toBe('/-/logout')
  })
})

describe('back-channel log-out', () => {
  const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: at.provider.issuer,
    aud: 'tapedeck',
    iat: now(),
    jti: 'once',
    events: { [EVENT]: {} },
    sub: 'user-1',
    ...more,
  })
  const post = (token: string, site = at.server) =>
    site.request('/-/oidc/corp/backchannel-logout', { form: { logout_token: token } })

  it('ends the sessions of the person that the provider names', async () => {
    const [one, other] = [new Visitor(), new Visitor()]
    await at.signIn(one)
    at.provider.person = { id: 'user-9', claims: {} }
    await at.signIn(other)
    expect((await post(await at.provider.sign(claims()))).status).toBe(200)
    expect([await at.actorOf(one), await at.actorOf(other)]).toMatchObject([null, { id: 'user-9' }])
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
    await at.signIn(visitor)
    expect((await post(await at.provider.sign(claims(changes)))).status).toBe(400)
    expect(await at.actorOf(visitor)).not.toBeNull()
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
    at.meddle = (address, response) => {
      if (address.endsWith('/jwks')) asked += 1
      return response
    }
    const site = await at.startSite({})
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
      at.meddle = (address, response) => {
        if (address.endsWith(path)) throw new TypeError('fetch failed')
        return response
      }
    }
    for (const path of ['/jwks', '/.well-known/openid-configuration']) {
      const site = await at.startSite({})
      down(path)
      expect((await post(await at.provider.sign(claims()), site)).status).toBe(503)
      await site.close()
    }
    at.meddle = (address, response) => (address.endsWith('/jwks') ? new Response('[]') : response)
    const site = await at.startSite({})
    expect((await post(await at.provider.sign(claims()), site)).status).toBe(503)
    await site.close()
  })
})
