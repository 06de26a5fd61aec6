import type { JWTPayload } from 'jose'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT } from '../../../test/support/identity-provider.ts'
import { startSigningIn, Visitor, type SigningIn } from '../../../test/support/signing-in.ts'

let at: SigningIn
beforeAll(async () => {
  at = await startSigningIn()
})
afterAll(() => at.close())
beforeEach(() => at.reset())

describe('an answer that cannot be trusted', () => {
  /** Signs in while the ID token is replaced by one with other claims. */
  async function withIdToken(forge: (claims: JWTPayload) => Promise<string>) {
    at.meddle = async (address, response) => {
      if (!address.endsWith('/token')) return response
      const body = (await response.json()) as { id_token: string }
      return Response.json({ ...body, id_token: await forge(decodeJwt(body.id_token)) })
    }
    const visitor = new Visitor()
    const answer = await at.signIn(visitor)
    return { status: answer.status, page: await answer.text(), actor: await at.actorOf(visitor) }
  }
  const refused = async (outcome: Promise<{ status: number; page: string; actor: unknown }>) => {
    const { status, page, actor } = await outcome
    expect([status, actor]).toEqual([400, null])
    expect(page).toContain('could not be trusted')
  }

  it('is one with a good ID token unless it is changed', async () => {
    expect((await withIdToken((claims) => at.provider.sign(claims))).status).toBe(302)
  })

  it.each<[string, JWTPayload]>([
    ['nonce', { nonce: 'another' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['audience', { aud: 'another client' }],
    ['end', { exp: 1_000_000_000 }],
    ['subject in the profile', { sub: 'user-2' }],
  ])('has another %s', async (_claim, changes) => {
    await refused(withIdToken((claims) => at.provider.sign({ ...claims, ...changes })))
  })

  it('has no nonce', async () => {
    await refused(withIdToken(({ nonce: _nonce, ...claims }) => at.provider.sign(claims)))
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
    at.meddle = async (address, response) =>
      address.endsWith('/me') || address.endsWith('/userinfo') ? Response.json({ sub: 'user-2' }) : response
    const visitor = new Visitor()
    expect((await at.signIn(visitor)).status).toBe(400)
    expect(await at.actorOf(visitor)).toBeNull()
  })

  it('names another provider (RFC 9207)', async () => {
    const visitor = new Visitor()
    const back = await at.throughProvider(visitor, await at.visit(visitor, '/-/oidc/corp/login'))
    back.searchParams.set('iss', 'https://evil.example')
    expect((await at.visit(visitor, back.pathname + back.search)).status).toBe(400)
  })

  it('T112: began in another browser (CVE-2026-27124)', async () => {
    const [attacker, victim] = [new Visitor(), new Visitor()]
    const back = await at.throughProvider(attacker, await at.visit(attacker, '/-/oidc/corp/login'))
    await at.visit(victim, '/-/oidc/corp/login')
    const answer = await at.visit(victim, back.pathname + back.search)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('no sign-in that began in this browser')
    expect(await at.actorOf(victim)).toBeNull()
  })

  it('is used a second time, also by a browser that keeps the cookie', async () => {
    const visitor = new Visitor()
    const login = await at.visit(visitor, '/-/oidc/corp/login')
    const kept = new Map(visitor.site)
    const back = await at.throughProvider(visitor, login)
    expect((await at.visit(visitor, back.pathname + back.search)).status).toBe(302)
    expect((await at.visit(visitor, back.pathname + back.search)).status).toBe(400)
    const stubborn = new Visitor()
    for (const [name, value] of kept) stubborn.site.set(name, value)
    expect((await at.visit(stubborn, back.pathname + back.search)).status).toBe(400)
    expect(await at.actorOf(stubborn)).toBeNull()
  })

  it('comes too late, or at another provider’s address', async () => {
    const site = await at.startSite({})
    const visitor = new Visitor()
    const back = await at.throughProvider(visitor, await at.visit(visitor, '/-/oidc/corp/login', site))
    expect((await at.visit(visitor, `/-/auth0-callback${back.search}`, site)).status).toBe(400)
    const late = new Visitor()
    const lateBack = await at.throughProvider(late, await at.visit(late, '/-/oidc/corp/login', site))
    site.advance(3601)
    expect((await at.visit(late, lateBack.pathname + lateBack.search, site)).status).toBe(400)
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
    expect((await at.visit(new Visitor(), `/-/oidc/corp/callback${query}`)).status).toBe(400),
  )
})

describe('a provider that does not go along', () => {
  it('lets the person turn it down, and says so', async () => {
    at.provider.refuses = true
    const visitor = new Visitor()
    const answer = await at.signIn(visitor)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('you turned it down there')
    expect(await at.actorOf(visitor)).toBeNull()
  })

  it('is told that its client secret is wrong, the person that only the owner can mend it', async () => {
    const site = await at.startSite({ client_secret: 'wrong' })
    const answer = await at.signIn(new Visitor(), undefined, site)
    const page = await answer.text()
    expect([answer.status, page.includes('its client ID, its secret')]).toEqual([400, true])
    expect(page).not.toContain('wrong</')
    await site.close()
  })

  it('is down: a 503 that says so, and the next try asks again', async () => {
    const site = await at.startSite({})
    at.meddle = () => Promise.reject(new TypeError('fetch failed'))
    const down = await at.visit(new Visitor(), '/-/oidc/corp/login', site)
    expect([down.status, (await down.text()).includes('does not answer')]).toEqual([503, true])
    at.meddle = (_address, response) => response
    expect((await at.signIn(new Visitor(), undefined, site)).status).toBe(302)
    await site.close()
  })

  it('answers with what is no metadata', async () => {
    const site = await at.startSite({})
    for (const answer of [
      () => Response.json({ issuer: 'https://evil.example' }),
      () => new Response('<p>'),
      () => new Response('x'.repeat(2_000_000)),
    ]) {
      at.meddle = answer
      expect((await at.visit(new Visitor(), '/-/oidc/corp/login', site)).status).toBe(400)
    }
    await site.close()
  })

  it('leaves no secret, code, state or token in the log', async () => {
    const site = await at.startSite({})
    const visitor = new Visitor()
    const back = await at.throughProvider(visitor, await at.visit(visitor, '/-/oidc/corp/login', site))
    await at.visit(visitor, back.pathname + back.search, site)
    await at.visit(visitor, back.pathname + back.search, site)
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
