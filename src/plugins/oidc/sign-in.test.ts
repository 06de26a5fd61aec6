import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ORIGIN, startSigningIn, Visitor, type SigningIn } from '../../../test/support/signing-in.ts'

let at: SigningIn
beforeAll(async () => {
  at = await startSigningIn()
})
afterAll(() => at.close())
beforeEach(() => at.reset())

describe('signing in at a provider with discovery', () => {
  it('ends where the person came from, as the person that the provider names', async () => {
    const visitor = new Visitor()
    const next = '/-/oauth/authorize?client_id=1&state=%26%3D'
    const answer = await at.signIn(visitor, `/-/oidc/corp/login?next=${encodeURIComponent(next)}`)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, next])
    expect(await at.actorOf(visitor)).toEqual({
      id: 'user-1',
      sub: 'user-1',
      name: 'Ann',
      email: 'ann@example.com',
      email_verified: true,
    })
  })

  it('asks with PKCE, a nonce and a state that the cookie alone knows', async () => {
    const visitor = new Visitor()
    const asked = new URL((await at.visit(visitor, '/-/oidc/corp/login')).headers.get('location') ?? '')
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
    const one = await at.visit(visitor, '/-/oidc/corp/login?next=/one')
    const two = await at.visit(visitor, '/-/oidc/corp/login?next=/two')
    const [backTwo, backOne] = [
      await at.throughProvider(visitor, two),
      await at.throughProvider(visitor, one),
    ]
    const ends = []
    for (const back of [backTwo, backOne]) {
      ends.push((await at.visit(visitor, back.pathname + back.search)).headers.get('location'))
    }
    expect(ends).toEqual(['/two', '/one'])
  })

  it('bounds the cookies that anybody can have a browser collect: whatever it begins with, the headers stay short', async () => {
    const visitor = new Visitor()
    for (let count = 0; count < 12; count += 1) {
      const next = `/${Array.from({ length: 3500 }, (_, n) => ((n * 7919 + count) % 36).toString(36)).join('')}`
      await at.visit(visitor, `/-/oidc/corp/login?next=${next}`)
    }
    const header = [...visitor.site].map(([name, value]) => `${name}=${value}`).join('; ')
    expect(header.length).toBeLessThan(12_000)
  })

  it('bounds the cookies that a browser collects', async () => {
    const visitor = new Visitor()
    for (let count = 0; count < 12; count += 1) await at.visit(visitor, '/-/oidc/corp/login')
    expect(visitor.site.size).toBe(4)
  })

  it('has the provider ask again who the person is, when that is wanted', async () => {
    const visitor = new Visitor()
    await at.signIn(visitor)
    const asked = at.provider.prompts.length
    await at.signIn(visitor)
    expect(at.provider.prompts).toHaveLength(asked)
    await at.signIn(visitor, '/-/oidc/corp/login?prompt=login')
    expect(at.provider.prompts.slice(asked)).toEqual(['login'])
    expect(await at.actorOf(visitor)).toMatchObject({ id: 'user-1' })
  })

  it.each(['https://evil.example/', '//evil.example', String.raw`/\evil.example`, 'javascript:alert(1)'])(
    'leads nowhere else afterwards: %s',
    async (next) => {
      const answer = await at.signIn(new Visitor(), `/-/oidc/corp/login?next=${encodeURIComponent(next)}`)
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/'])
    },
  )

  it('is offered on the sign-in page, with a way to be somebody else', async () => {
    const page = await (await at.server.request('/-/sign-in?next=/shop')).text()
    expect(page).toContain('href="/-/oidc/corp/login?next=%2Fshop">Sign in with Corp<')
    expect(page).toContain(
      'href="/-/oidc/corp/login?prompt=login&amp;next=%2Fshop">Sign in with Corp as somebody else<',
    )
    expect(page).toContain('href="/-/auth0-login?next=%2Fshop">Sign in with Auth0<')
  })
})

describe('who may sign in, and as whom', () => {
  const signInAs = async (claims: object, changes: object = {}) => {
    const site = await at.startSite(changes)
    const visitor = new Visitor()
    at.provider.person = { id: 'user-1', claims: { ...claims } }
    const answer = await at.signIn(visitor, undefined, site)
    const actor = await at.actorOf(visitor, site)
    await site.close()
    return { status: answer.status, page: await answer.text(), actor }
  }

  it('takes nothing from a profile that only this site may say', async () => {
    const { actor } = await signInAs({ id: 'root', _r: { a: [] }, token: 'x', name: 'Eve' })
    expect(actor).toEqual({ id: 'user-1', sub: 'user-1', name: 'Eve' })
  })

  it.each(['root', 'Root', 'ｒｏｏｔ'])('lets nobody be %j', async (name) => {
    const { status, actor, page } = await signInAs({ name }, { actor_id_claim: 'name' })
    expect([status, actor]).toEqual([400, null])
    expect(page).toContain('may not sign in')
  })

  it.each([' root ', 'root\u200b', 'root\u0000', 'a\u202Eb'])(
    'takes no id that hides something: %j',
    async (name) => {
      const { status, actor } = await signInAs({ name }, { actor_id_claim: 'name' })
      expect([status, actor]).toEqual([400, null])
    },
  )

  it('leaves out an email address that the provider calls unverified, so that no rule matches on it', async () => {
    const claims = { email: 'boss@example.com', email_verified: false }
    expect((await signInAs(claims)).actor).toEqual({ id: 'user-1', sub: 'user-1', email_verified: false })
    const { status } = await signInAs(claims, { allow: { email: 'boss@example.com' } })
    expect(status).toBe(400)
  })

  it('takes a claim that comes from elsewhere from there alone', async () => {
    const rules = { claims: { groups: 'realm_access.roles' } }
    expect((await signInAs({ groups: ['admin'] }, rules)).actor).toEqual({ id: 'user-1', sub: 'user-1' })
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
