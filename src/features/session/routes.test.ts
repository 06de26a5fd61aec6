import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../app/test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await createTestServer({ rootEnabled: true })
})
afterEach(() => server.close())

const cookiesOf = (response: Response) => response.headers.getSetCookie()
const cookieValue = (response: Response, name: string) =>
  cookiesOf(response)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .split(';')[0]

describe('/-/auth-token', () => {
  it('signs in as root once, with a cookie that scripts cannot read', async () => {
    const first = await server.request(`/-/auth-token?token=${server.rootToken.text}`)
    expect([first.status, first.headers.get('location')]).toEqual([302, '/'])
    expect(cookiesOf(first)[0]).toMatch(/^ds_actor=\S+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/)

    const cookie = `ds_actor=${cookieValue(first, 'ds_actor')}`
    const actor = await server.request('/-/actor.json', { headers: { cookie } })
    expect(await actor.json()).toEqual({ ok: true, actor: { id: 'root' } })

    const again = await server.request(`/-/auth-token?token=${server.rootToken.text}`)
    expect(again.status).toBe(403)
    expect(await again.text()).toContain('Root token has already been used')
  })

  it('takes the whole link where the token was asked for, and goes back to where the person came from', async () => {
    const pasted = `http://localhost:8001/-/auth-token?token=${server.rootToken.text}`
    const query = new URLSearchParams({ token: pasted, next: '/-/oauth/authorize?client_id=1&state=%26' })
    const response = await server.request(`/-/auth-token?${query.toString()}`)
    expect(response.headers.get('location')).toBe('/-/oauth/authorize?client_id=1&state=%26')
  })

  it.each(['https://evil.example/', '//evil.example', String.raw`/\evil.example`, 'javascript:alert(1)'])(
    'never goes on to another site: %s',
    async (next) => {
      const query = new URLSearchParams({ token: server.rootToken.text, next })
      const response = await server.request(`/-/auth-token?${query.toString()}`)
      expect([response.status, response.headers.get('location')]).toEqual([302, '/'])
    },
  )

  it.each(['', 'f'.repeat(64)])('refuses a wrong token %j and keeps the right one good', async (wrong) => {
    const refused = await server.request(`/-/auth-token?token=${wrong}`)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('Invalid token')
    expect(cookiesOf(refused)).toEqual([])
    expect((await server.request(`/-/auth-token?token=${server.rootToken.text}`)).status).toBe(302)
  })

  it('does not spend the token of somebody who is root already', async () => {
    const already = await server.request(`/-/auth-token?token=${server.rootToken.text}`, {
      actor: { id: 'root' },
    })
    expect(already.status).toBe(302)
    expect((await server.request(`/-/auth-token?token=${server.rootToken.text}`)).status).toBe(302)
  })

  it('is not used up by a program that only looks at the link', async () => {
    const looked = await server.request(`/-/auth-token?token=${server.rootToken.text}`, { method: 'HEAD' })
    expect(cookiesOf(looked)).toEqual([])
    expect((await server.request(`/-/auth-token?token=${server.rootToken.text}`)).status).toBe(302)
  })

  it('is a GET only', async () => {
    expect((await server.request('/-/auth-token', { method: 'POST' })).status).toBe(405)
  })
})

describe('/-/logout', () => {
  it('asks a signed-in person first, and sends everybody else home', async () => {
    expect((await server.request('/-/logout', { actor: { id: 'anna' } })).status).toBe(200)
    expect((await server.request('/-/logout')).headers.get('location')).toBe('/')
  })

  it('takes the cookie back and says so on the next page, once', async () => {
    const response = await server.request('/-/logout', { method: 'POST', actor: { id: 'anna' } })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/'])
    expect(cookieValue(response, 'ds_actor')).toBe('')
    expect(cookiesOf(response)[0]).toContain('Max-Age=0')

    const cookie = `ds_messages=${cookieValue(response, 'ds_messages')}`
    const page = await server.request('/-/sign-in', { headers: { cookie } })
    expect(await page.text()).toContain('You are now logged out')
    expect(cookieValue(page, 'ds_messages')).toBe('')
  })

  it('leads somebody who is not that person to sign in and back again', async () => {
    const next = '/-/oauth/authorize?client_id=1'
    const response = await server.request(`/-/logout?next=${encodeURIComponent(next)}`, { method: 'POST' })
    expect(response.headers.get('location')).toBe(`/-/sign-in?next=${encodeURIComponent(next)}`)
  })

  it('T35: cannot be sent by another site', async () => {
    const response = await server.request('/-/logout', {
      method: 'POST',
      actor: { id: 'anna' },
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect([response.status, cookiesOf(response)]).toEqual([403, []])
  })
})

describe('/-/actor', () => {
  it('works for everybody, under default deny as well', async () => {
    const closed = await createTestServer({ defaultDeny: true })
    expect(await (await closed.request('/-/actor.json')).json()).toEqual({ ok: true, actor: null })
    expect((await closed.request('/-/actor')).status).toBe(200)
    await closed.close()
  })
})

describe('/-/sign-in', () => {
  it('T59: keeps the way back, sends no referrer and is not stored', async () => {
    const response = await server.request('/-/sign-in?next=%2Fshop%3Fa%3D1')
    expect(await response.text()).toContain('value="/shop?a=1"')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('cache-control')).toContain('no-store')
  })
})
