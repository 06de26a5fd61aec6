import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { signToken } from '../auth/token-format.ts'
import { DatabaseBusyError } from '../database/busy.ts'
import { definePlugin } from '../plugins/define-plugin.ts'
import type { Route } from '../routing/route.ts'
import { createTestServer, type TestRequest, type TestServer } from './test-server.ts'

const answer = (path: string, rest: Partial<Route> = {}): Route => ({
  method: 'POST',
  path,
  allow: { who: 'anyone' },
  handle: (c) => c.text('handled'),
  ...rest,
})

/** Attempts that meet a lock before one does not. */
let locks = 0
const lockedAtFirst: Route['handle'] = (c) => {
  locks -= 1
  if (locks >= 0) throw new DatabaseBusyError('locked')
  return c.text('unlocked')
}

const probe = definePlugin({
  name: 'probe',
  config: z.strictObject({}),
  actions: [],
  migrations: {},
  activate: () => ({
    hooks: {
      menuLinks: async (actor) => {
        if (actor['id'] === 'menu-breaker') throw new Error('no menu')
        return []
      },
      tokenGrant: async (payload) =>
        payload['a'] === 'gone' ? { kind: 'refused', message: 'This token was ended' } : null,
    },
    routes: [
      answer('/-/probe/open'),
      answer('/-/probe/cross-site', { crossSite: 'accepted' }),
      answer('/-/probe/person', { method: 'GET', allow: { who: 'person', action: null } }),
      answer('/-/probe/person-with', {
        method: 'GET',
        allow: { who: 'person', action: 'permissions-debug' },
      }),
      answer('/-/probe/:database/:table', {
        method: 'GET',
        allow: { who: 'permitted', action: 'insert-row' },
      }),
      answer('/-/probe/busy.json', {
        method: 'GET',
        handle: () => {
          throw new DatabaseBusyError('locked')
        },
      }),
      answer('/-/locked/:database', { method: 'GET', handle: lockedAtFirst }),
      answer('/-/locked/:database', { handle: lockedAtFirst }),
      answer('/-/probe/bug', {
        method: 'GET',
        handle: () => {
          throw new Error('select secret from /home/someone')
        },
      }),
    ],
  }),
})

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    plugins: [probe],
    databases: {
      shop: 'create table orders (id integer primary key); create table [a/b] (id integer primary key)',
    },
    config: {
      permissions: { 'permissions-debug': { id: 'debugger' } },
      databases: { shop: { tables: { orders: { permissions: { 'insert-row': { id: 'clerk' } } } } } },
    },
  })
})
afterAll(() => server.close())

const token = (payload: Parameters<typeof signToken>[1]) => signToken(server.signer, payload)
const status = async (path: string, request: TestRequest = {}) => (await server.request(path, request)).status

describe('a file that is locked for a moment', () => {
  it.each([
    ['GET', 1, 200, -1],
    ['HEAD', 1, 200, -1],
    ['GET', 5, 200, -1],
    ['GET', 9, 503, 3],
    ['POST', 1, 503, 0],
  ])('is read again, a few times: %s, %i', async (method, first, expected, left) => {
    locks = first
    expect([await status('/-/locked/shop', { method }), locks]).toEqual([expected, left])
  })
})

describe('the dispatcher', () => {
  it('refuses what another site makes a browser send, before anything else', async () => {
    const crossSite = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' }, token: 'dstok_forged' }
    const response = await server.request('/-/probe/open', {
      ...crossSite,
      headers: { ...crossSite.headers, cookie: 'a=b' },
    })
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('Form origin check failed')
  })

  it('refuses it also where nothing is', async () => {
    expect(
      await status('/no/such/place', { method: 'POST', headers: { origin: 'https://evil.example' } }),
    ).toBe(403)
  })

  it('serves endpoints for scripts on other sites, with CORS headers and a preflight', async () => {
    const origin = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    const answered = await server.request('/-/probe/cross-site', { method: 'POST', headers: origin })
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    expect(answered.headers.get('access-control-allow-credentials')).toBeNull()
    const preflight = await server.request('/-/probe/cross-site', { method: 'OPTIONS', headers: origin })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    const closed = await server.request('/-/probe/open', { method: 'OPTIONS', headers: origin })
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('T38: answers a bad token with 401 wherever it is sent, also beside a good cookie', async () => {
    for (const path of ['/-/probe/open', '/nowhere', '/shop']) {
      const response = await server.request(path, { token: 'dstok_forged', actor: { id: 'clerk' } })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  })

  it('T38: lets a plugin refuse a token that is signed and not expired', async () => {
    const response = await server.request('/shop.json', { token: token({ a: 'gone', t: 1 }) })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: 'This token was ended' })
  })

  it('T37: challenges a caller without credentials, and names no error', async () => {
    const response = await server.request('/-/probe/shop/orders', { headers: { accept: 'application/json' } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([403, 'Bearer'])
  })

  it('T39: tells a token what it lacks', async () => {
    const narrow = token({ a: 'clerk', t: 1, _r: { r: { shop: { orders: ['vt'] } } } })
    const response = await server.request('/-/probe/shop/orders', { token: narrow })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="insert-row:shop/orders"',
    )
  })

  it('T40: refuses a token in the address beside the one in the header', async () => {
    const good = token({ a: 'clerk', t: 1 })
    const response = await server.request(`/-/actor.json?access_token=${good}`, { token: good })
    expect(response.status).toBe(400)
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_request"')
  })

  it('T104: a token loses at once what its person loses', async () => {
    const databases = { shop: 'create table orders (id integer primary key)' }
    const tables = (allow: object) => ({ databases: { shop: { tables: { orders: { allow } } } } })
    const before = await createTestServer({ databases, config: tables({ id: 'clerk' }) })
    const after = await createTestServer({ databases, config: tables({ id: 'somebody-else' }) })
    const narrow = token({ a: 'clerk', t: 1, _r: { r: { shop: { orders: ['vt'] } } } })
    expect((await before.request('/shop/orders.json', { token: narrow })).status).toBe(200)
    expect((await after.request('/shop/orders.json', { token: narrow })).status).toBe(403)
    await before.close()
    await after.close()
  })

  it('T41: takes no token from the query string', async () => {
    const good = token({ a: 'clerk', t: 1 })
    expect(await status(`/-/probe/shop/orders?access_token=${good}&token=${good}`)).toBe(403)
  })

  it('checks the permission on the table that the address names', async () => {
    expect(await status('/-/probe/shop/orders', { actor: { id: 'clerk' } })).toBe(200)
    expect(await status('/-/probe/shop/a~2Fb', { actor: { id: 'clerk' } })).toBe(403)
    expect(await status('/-/probe/shop/orders', { actor: { id: 'stranger' } })).toBe(403)
  })

  it('says 404 for a missing table before it says anything about permissions', async () => {
    expect(await status('/-/probe/shop/nothing')).toBe(404)
    expect(await status('/-/probe/nothing/orders')).toBe(404)
  })

  it.each([
    ['nobody', undefined, 403],
    ['an actor without an id', { name: 'x' }, 403],
    ['a signed-in person', { id: 'anna' }, 200],
  ])('lets only a person into a page for people: %s', async (_who, actor, expected) => {
    expect(await status('/-/probe/person', actor === undefined ? {} : { actor })).toBe(expected)
  })

  it('keeps API tokens out of pages for people, whatever they may do', async () => {
    expect(await status('/-/probe/person', { token: token({ a: 'anna', t: 1 }) })).toBe(403)
    expect(await status('/-/probe/person-with', { token: token({ a: 'debugger', t: 1 }) })).toBe(403)
    expect(await status('/-/probe/person-with', { actor: { id: 'debugger' } })).toBe(200)
    expect(await status('/-/probe/person-with', { actor: { id: 'anna' } })).toBe(403)
  })

  it('T13: answers a wrong method with 405 and the methods that there are', async () => {
    const response = await server.request('/-/probe/open')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('tells of a bug only its number, and logs the rest', async () => {
    const response = await server.request('/-/probe/bug')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('select secret')
    const number = /<code>([0-9a-f]{16})<\/code>/u.exec(text)?.[1]
    expect(server.log()).toContain(`"request_id":"${number}"`)
  })

  it('shows waiting notes also to a request with a malformed Host', async () => {
    const signedOut = await server.request('/-/logout', { method: 'POST' })
    const note = signedOut.headers.getSetCookie().find((cookie) => cookie.startsWith('ds_messages='))
    const cookie = note?.split(';')[0] ?? ''
    expect(await status('/-/sign-in', { headers: { cookie, host: 'a!b' } })).toBe(400)
  })

  it('asks to try again while another process holds a database', async () => {
    const response = await server.request('/-/probe/busy.json')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ ok: false, status: 503 })
  })

  it('answers even when the error page itself cannot be made, and logs both faults', async () => {
    const bad = await server.request('/-/probe/bug', { actor: { id: 'menu-breaker' } })
    expect(bad.status).toBe(500)
    expect(await bad.text()).toMatch(/^Something went wrong here \(request [0-9a-f]{16}\)$/u)
    expect(server.log()).toContain('request.failed_twice')
  })

  it('T66: keeps other sites away from pages for people, also with --cors', async () => {
    const shared = await createTestServer({ cors: true })
    const allowed = async (path: string, method = 'GET') =>
      (await shared.request(path, { method })).headers.get('access-control-allow-origin')
    expect(await allowed('/-/actor.json')).toBe('*')
    expect(await allowed('/.json')).toBe('*')
    expect(await allowed('/-/oauth/authorize')).toBeNull()
    expect(await allowed('/-/oauth/authorize', 'OPTIONS')).toBeNull()
    expect(await allowed('/-/oauth/clients.json')).toBeNull()
    await shared.close()
  })

  it('sends percent-encoded names and trailing slashes to where the thing may be', async () => {
    const percent = await server.request('/shop/a%2Fb?_size=1')
    expect([percent.status, percent.headers.get('location')]).toEqual([302, '/shop/a~2Fb?_size=1'])
    const slash = await server.request('//evil.example/')
    expect([slash.status, slash.headers.get('location')]).toEqual([302, '/evil.example'])
  })
})

describe('every route', () => {
  it('is open to anyone only where it is named here', async () => {
    const whole = await createTestServer()
    const open = whole.routes.filter(({ allow }) => allow.who === 'anyone')
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /-/oauth/token',
      'POST /-/oauth/register',
      'POST /-/oauth/revoke',
      'POST /-/oauth/introspect',
      'GET /.well-known/oauth-authorization-server',
      'GET /.well-known/oauth-protected-resource',
      'GET /.well-known/oauth-protected-resource/:path**',
      'POST /-/oauth/device',
      'GET /-/oauth/device/verify',
      'POST /-/oauth/device/verify',
      'GET /-/passwords/sign-in',
      'POST /-/passwords/sign-in',
      'GET /-/passwords/invitation',
      'POST /-/passwords/invitation',
      'GET /-/static/:file*',
      'GET /favicon.ico',
      'GET /-/actor{.json}',
      'GET /-/sign-in',
      'GET /-/auth-token',
      'GET /-/logout',
      'POST /-/logout',
      'GET /-/allowed{.json}',
      'GET /-/allow-debug',
      'GET /-/token{.json}',
      'POST /-/token{.json}',
      'GET /-/jump{.json}',
      'GET /-/search',
      'GET /-/schema{.json}',
      'GET /-/schema.md',
      'GET /-/queries{.json}',
      'GET /:database/-/queries{.json}',
      'GET /:database/-/foreign-key-targets',
    ])
    await whole.close()

    const withDevices = await createTestServer({
      config: { plugins: { 'datasette-oauth': { enable_device_flow: true } } },
    })
    const verify = withDevices.routes.filter(({ path }) => path === '/-/oauth/device/verify')
    expect(verify.map(({ allow }) => allow)).toEqual(
      Array.from({ length: 2 }, () => ({ who: 'person', action: 'oauth-device-tokens' })),
    )
    await withDevices.close()
  })

  it('asks for an action that exists', async () => {
    const typing = definePlugin({
      name: 'typing',
      config: z.strictObject({}),
      actions: [],
      migrations: {},
      activate: () => ({
        hooks: {},
        routes: [answer('/-/typing', { allow: { who: 'permitted', action: 'veiw-table' } })],
      }),
    })
    await expect(createTestServer({ plugins: [typing] })).rejects.toThrow('unknown action veiw-table')
  })

  it('says who may use it, and keeps to it for nobody, a stranger and a token without rights', async () => {
    const closed = await createTestServer({
      databases: { shop: 'create table orders (id integer primary key); insert into orders values (1)' },
      config: { databases: { shop: { queries: { empty: { sql: 'delete from orders', write: true } } } } },
      defaultDeny: true,
    })
    const nothing = signToken(closed.signer, { a: 'stranger', t: 1, _r: {} })
    const callers: readonly TestRequest[] = [{}, { actor: { id: 'stranger' } }, { token: nothing }]
    for (const route of closed.routes.filter(({ allow }) => allow.who !== 'anyone')) {
      const path = route.path
        .replace(':database', 'shop')
        .replace(':table', 'orders')
        .replace(':query', 'empty')
        .replace(':pks*', '1')
        .replace('{.json}', '.json')
        .replace(':client_id', '0'.repeat(32))
      for (const caller of callers) {
        const isPerson =
          route.allow.who === 'person' && route.allow.action === null && caller.actor !== undefined
        if (isPerson) continue
        const response = await closed.request(path, { ...caller, method: route.method })
        expect([route.method, path, response.status]).toEqual([route.method, path, 403])
      }
    }
    await closed.close()
  })
})

describe('addresses of older versions', () => {
  it('lead to where the page stands now, with their parameters', async () => {
    const plain = await createTestServer({ config: { settings: { base_url: '/pfx/' } } })
    const response = await plain.request('/:memory:/t.json?_size=1')
    expect(response.status).toBe(301)
    expect(response.headers.get('location')).toBe('/pfx/_memory/t.json?_size=1')
    expect((await plain.request('/pfx/-')).headers.get('location')).toBe('/pfx/-/')
    await plain.close()
  })
})

describe('OPTIONS', () => {
  it('is answered in the format of the address, and asks nobody who they are', async () => {
    const plain = await createTestServer({})
    const json = await plain.request('/nothing.json', {
      method: 'OPTIONS',
      headers: { authorization: 'Bearer dstok_x' },
    })
    expect(json.status).toBe(200)
    expect(await json.json()).toBe('ok')
    expect(await (await plain.request('/nothing', { method: 'OPTIONS' })).text()).toBe('ok')
    await plain.close()
  })
})

describe('the page of a refusal', () => {
  let site: TestServer
  beforeAll(async () => {
    site = await createTestServer({
      databases: { shop: 'create table logs (id integer primary key); insert into logs values (1)' },
      rootEnabled: true,
    })
  })
  afterAll(() => site.close())

  const refused = async (path: string, request: TestRequest = {}) => {
    const response = await site.request(path, request)
    expect(response.status).toBe(403)
    const html = await response.text()
    return { html, text: html.replaceAll(/<[^>]+>/g, '') }
  }

  it.each([
    ['/shop/-/execute-write', 'Change and delete anything in shop with its own SQL.'],
    ['/shop/logs/1/-/delete-row', 'Delete rows from logs in shop.'],
    ['/shop/logs/-/insert-row', 'Add rows to logs in shop.'],
    ['/-/audit', 'See who changed what on this site, in every database.'],
  ])('says in plain words what %s is for, and where to ask', async (path, words) => {
    const { text } = await refused(path, { actor: { id: 'eve' } })
    expect(text).toContain(`You do not have the right to do this: ${words}`)
    expect(text).toContain('Ask the owner of this site for access and tell them your id')
    expect((await refused(path)).text).toContain('Sign in as somebody who may do this')
  })

  it('leads back to the form that sent it, and says what keeps what was written', async () => {
    const path = '/shop/logs/-/insert-row'
    const form = { 'value.id': '7' }
    const here = { referer: `http://localhost:8001${path}?from=1` }
    const { html, text } = await refused(path, { form, headers: here })
    const next = encodeURIComponent(`${path}?from=1`)
    expect(html).toMatch(new RegExp(`<a [^>]*href="/-/sign-in\\?next=${next}" target="_blank">`))
    expect(text).toContain('kept by this page alone')
    for (const headers of [{}, { referer: `https://evil.example${path}` }, { referer: 'nothing' }]) {
      const unknown = await refused(path, { form, headers })
      expect(unknown.html).toContain('href="/-/sign-in"')
      expect(unknown.text).not.toContain('kept by this page')
    }
  })
})
