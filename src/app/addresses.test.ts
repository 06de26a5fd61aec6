import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestRequest, type TestServer } from '../testing.ts'

/** What host.md §8 says of addresses, methods and headers, asked of whole servers. */

const SHOP = `
  create table makers (id integer primary key, name text);
  insert into makers values (1, 'Ada'), (2, 'Bo');
  create table orders (id integer primary key, maker integer references makers(id), note text);
  insert into orders with n(i) as (select 1 union all select i + 1 from n limit 150) select i, 1 + i % 2, 'note ' || i from n;
  create table [a/b.c d] ([the key] text primary key, x text);
  insert into [a/b.c d] values ('100%', 'percent'), ('k.json', 'dot'), ('x/y', 'slash'), ('~,', 'tilde and comma');
  create view notes as select id, note from orders;
`

const QUERIES = {
  recent: { sql: 'select id from orders where id > :after', title: 'Recent' },
  add: { sql: "insert into makers (name) values ('x')", write: true },
}

const config = (settings: object = {}) => ({
  settings,
  databases: { shop: { queries: QUERIES, tables: { orders: { facets: ['maker'] } } } },
})

let server: TestServer
let prefixed: TestServer

beforeAll(async () => {
  server = await createTestServer({ databases: { shop: SHOP }, config: config(), cors: true })
  prefixed = await createTestServer({
    databases: { shop: SHOP },
    immutable: ['shop'],
    rootEnabled: true,
    config: config({ base_url: '/pfx/' }),
  })
})

afterAll(async () => {
  await server.close()
  await prefixed.close()
})

const ROOT = { actor: { id: 'root' } }

describe('HEAD', () => {
  it('is answered for every address that GET has, with the same status and headers and no body', async () => {
    const paths = server.routes
      // The one-time link shows a page to HEAD, so that programs that look at links do not spend it.
      .filter(({ method, path }) => method === 'GET' && path !== '/-/auth-token')
      .flatMap(({ path }) =>
        path.endsWith('{.json}') ? [path.slice(0, -7), `${path.slice(0, -7)}.json`] : [path],
      )
      .map((path) =>
        path
          .replace(':database', 'shop')
          .replace(':table', 'orders')
          .replace(':query', 'recent')
          .replace(':pks*', '1')
          .replace(/\{[^}]*\}|:[a-z_]+\*?/gu, ''),
      )
    expect(paths.length).toBeGreaterThan(40)
    for (const path of paths) {
      const got = await server.request(path)
      await got.body?.cancel()
      const head = await server.request(path, { method: 'HEAD' })
      const headers = (response: Response) =>
        Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'))
      expect([path, head.status, headers(head)]).toEqual([path, got.status, headers(got)])
      expect([path, await head.text()]).toEqual([path, ''])
    }
  })
})

describe('OPTIONS', () => {
  const options = (path: string) =>
    server.request(path, { method: 'OPTIONS', headers: { origin: 'https://x.example' } })

  it.each([
    ['/shop', 'HEAD, GET'],
    ['/shop/-/query', 'HEAD, GET'],
    ['/shop/orders/-/insert', 'POST'],
    ['/nothing/here/at/all', null],
  ])('tells the methods of %s', async (path, allow) => {
    const response = await options(path)
    expect([response.status, await response.text(), response.headers.get('allow')]).toEqual([
      200,
      'ok',
      allow,
    ])
  })

  it.each([
    ['/shop', null],
    ['/shop/-/query', null],
    ['/shop.json', '*'],
    ['/shop/-/query.json', '*'],
    ['/shop/orders', '*'],
    ['/shop/orders.json', '*'],
    ['/', '*'],
  ])('lets other sites read %s: %s', async (path, origin) => {
    expect((await options(path)).headers.get('access-control-allow-origin')).toBe(origin)
  })
})

describe('a method that an address does not have', () => {
  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])(
    '%s is refused in the format of the address',
    async (method) => {
      const page = await server.request('/shop/orders', { method })
      expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
        405,
        'text/plain; charset=UTF-8',
        'Method not allowed',
      ])
      const json = await server.request('/shop/orders.json', { method })
      expect([json.status, await json.json()]).toEqual([
        405,
        { ok: false, error: 'Method not allowed', errors: ['Method not allowed'], status: 405 },
      ])
    },
  )
})

describe('CORS headers', () => {
  const allowed = async (path: string, request: TestRequest = {}) => {
    const response = await server.request(path, request)
    await response.body?.cancel()
    return [response.status, response.headers.get('access-control-allow-origin')]
  }

  it.each([
    ['an answer', '/shop/orders.json', {}, 200],
    ['a page', '/shop/orders', {}, 200],
    ['CSV', '/shop/orders.csv', {}, 200],
    ['a missing table', '/shop/nothing.json', {}, 404],
    ['a missing page', '/shop/nothing', {}, 404],
    ['a bad request', '/shop/orders.json?_shape=x', {}, 400],
    ['a refused token', '/shop/orders.json', { token: 'dstok_x' }, 401],
    ['a refusal as JSON', '/-/threads.json', {}, 403],
    ['a redirect', '/shop/orders/', {}, 302],
  ])('stand on %s', async (_what, path, request, status) => {
    expect(await allowed(path, request)).toEqual([status, '*'])
  })

  it('do not stand on a page that refuses, nor without --cors', async () => {
    expect(await allowed('/-/threads')).toEqual([403, null])
    const response = await prefixed.request('/shop.json')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('never let a site send cookies', async () => {
    const response = await server.request('/shop.json', { headers: { origin: 'https://x.example' } })
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('names in addresses', () => {
  it.each([
    ['/shop/a~2Fb~2Ec+d.json', 200],
    ['/shop/a~2fb~2ec~20d.json', 200],
    ['/shop/a~2Fb~2Ec+d/100~25.json', 200],
    ['/shop/a~2Fb~2Ec+d/k.json.json', 200],
    ['/shop/a~2Fb~2Ec+d/k~2Ejson', 200],
    ['/shop/a~2Fb~2Ec+d/x~2Fy.json', 200],
    ['/shop/a~2Fb~2Ec+d/~7E~2C.json', 200],
    ['/shop/a/b.json', 404],
    ['/SHOP.json', 404],
    ['/shop/ORDERS.json', 404],
  ])('%s is %s', async (path, status) => {
    const response = await server.request(path)
    expect([path, response.status]).toEqual([path, status])
  })

  it.each([
    ['/shop/a%2Fb.c%20d', '/shop/a~2Fb~2Ec~20d'],
    ['/shop/a%2Fb.c%20d?_size=1&x=%20', '/shop/a~2Fb~2Ec~20d?_size=1&x=%20'],
    ['/shop/orders/', '/shop/orders'],
    ['/shop/orders///?a=1', '/shop/orders?a=1'],
    ['//evil.example/', '/evil.example'],
    ['///evil.example//', '/evil.example'],
    ['/\\evil.example/', '/evil.example'],
    ['/%5Cevil.example/', '/~5Cevil~2Eexample/'],
    ['/%09/evil.example/', '/~09/evil~2Eexample/'],
  ])('%s leads to %s', async (path, location) => {
    const response = await server.request(path)
    expect([response.status, response.headers.get('location')]).toEqual([302, location])
  })

  it('leads nowhere else for a thing that is there, nor for JSON that is not', async () => {
    expect((await server.request('/shop/nothing.json')).headers.get('location')).toBeNull()
    expect((await server.request('/')).status).toBe(200)
  })
})

describe('the format of a refusal', () => {
  const type = async (path: string, headers: Record<string, string> = {}) =>
    (await server.request(path, { headers })).headers.get('content-type')

  it('is that of the address, whatever the client accepts, but for a 403', async () => {
    const accept = { accept: 'application/json' }
    expect(await type('/shop/nothing', accept)).toContain('text/html')
    expect(await type('/shop/nothing.json', { accept: 'text/html' })).toBe('application/json; charset=utf-8')
    expect(await type('/-/threads')).toContain('text/html')
    expect(await type('/-/threads', accept)).toBe('application/json; charset=utf-8')
    expect(await type('/-/threads.json')).toBe('application/json; charset=utf-8')
  })

  it('has no header that belongs to data', async () => {
    for (const path of ['/shop/nothing.json', '/shop/orders.json?_size=x', '/-/threads.json', '/nowhere']) {
      const { headers } = await server.request(path)
      expect([path, headers.get('etag'), headers.get('link')]).toEqual([path, null, null])
      expect(headers.get('cache-control') ?? 'no-store').toBe('no-store')
    }
  })
})

describe('the base URL', () => {
  it('is taken off where it stands, and missed where it does not', async () => {
    for (const path of ['/pfx/', '/', '/pfx/shop', '/shop', '/pfx/shop/orders.json', '/shop/orders.json']) {
      expect([path, (await prefixed.request(path)).status]).toEqual([path, 200])
    }
    expect((await prefixed.request('/pfx')).status).toBe(404)
    expect((await prefixed.request('/pfxshop')).status).toBe(404)
  })

  it('stands before every link of every page, however the page was asked for, and every link leads somewhere', async () => {
    const seen = new Set<string>()
    const waiting = ['/', '/pfx/', '/shop/orders?_facet=note', '/pfx/-/search?q=e']
    const outside: string[] = []
    while (waiting.length > 0 && seen.size < 250) {
      const path = waiting.shift() ?? ''
      if (seen.has(path)) continue
      seen.add(path)
      const response = await prefixed.request(path, ROOT)
      expect([path, response.status < 400]).toEqual([path, true])
      if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) {
        await response.body?.cancel()
        continue
      }
      const html = await response.text()
      const found = [...html.matchAll(/(?:href|src|action|formaction|data-jump|data-[a-z-]+)="(\/[^"]*)"/g)]
      for (const [, address = ''] of found) {
        const link = address.replaceAll('&amp;', '&').split('#')[0] ?? ''
        if (!link.startsWith('/pfx/')) outside.push(`${path}: ${link}`)
        const isForm = html.includes(`action="${address}"`)
        if (!isForm && !/logout|queries\/store|_blob/u.test(link)) waiting.push(link)
      }
    }
    expect(outside).toEqual([])
    expect(seen.size).toBeGreaterThan(60)
  })

  it('stands in every address that a program gets', async () => {
    const texts = [
      '/.json',
      '/shop.json',
      '/shop/orders.json?_size=2&_facet=maker&_extra=extras',
      '/-/jump.json?q=o',
    ]
    for (const path of texts) {
      const response = await prefixed.request(path, ROOT)
      const text = `${await response.text()} ${response.headers.get('link') ?? ''}`
      const addresses = [...text.matchAll(/"(?:path|url|next_url|toggle_url|link)":\s*"([^"]*)"/g)].map(
        ([, url]) => url,
      )
      expect([path, addresses.length > 0]).toEqual([path, true])
      for (const address of addresses) expect(address).toMatch(/^(?:http:\/\/localhost:8001)?\/pfx\//u)
    }
    const { headers } = await prefixed.request('/shop/orders.json?_size=2')
    expect(headers.get('link')).toMatch(/^<http:\/\/localhost:8001\/pfx\/shop\/orders\.json\?/u)
  })

  it.each([
    ['/shop/orders/', '/pfx/shop/orders'],
    ['/pfx/shop/orders/', '/pfx/shop/orders'],
    ['/pfx//evil.example/', '/pfx/evil.example'],
    ['/shop?sql=select+1', '/pfx/shop/-/query?sql=select+1'],
    ['/pfx/-', '/pfx/-/'],
  ])('stands before where %s leads', async (path, location) => {
    expect((await prefixed.request(path)).headers.get('location')).toBe(location)
  })

  it('stands before the way back after signing in, also where a proxy took it away', async () => {
    for (const path of ['/shop/orders?_size=1', '/pfx/shop/orders?_size=1']) {
      const html = await (await prefixed.request(path)).text()
      expect(html).toContain('href="/pfx/-/sign-in?next=%2Fpfx%2Fshop%2Forders%3F_size%3D1"')
    }
    const refused = await (await prefixed.request('/-/threads')).text()
    expect(refused).toContain('href="/pfx/-/sign-in?next=%2Fpfx%2F-%2Fthreads"')
  })
})

describe('force_https_urls', () => {
  it('makes full addresses begin with https', async () => {
    const proxied = await createTestServer({
      databases: { shop: SHOP },
      config: config({ force_https_urls: true }),
    })
    const response = await proxied.request('/shop/orders.json?_size=2')
    expect(((await response.json()) as { next_url: string }).next_url).toMatch(/^https:\/\/localhost:8001\//u)
    expect(response.headers.get('link')).toMatch(/^<https:\/\/localhost:8001\//u)
    expect((await proxied.request('/shop')).headers.get('link')).toMatch(/^<https:\/\/localhost:8001\//u)
    await proxied.close()
  })
})

describe('a page with a JSON twin', () => {
  it.each([
    '/',
    '/shop',
    '/shop/orders/1',
    '/shop/-/query?sql=select+1',
    '/-/versions',
    '/-/schema',
    '/shop/-/schema',
  ])('names it at %s', async (path) => {
    const link = (await server.request(path)).headers.get('link') ?? ''
    const [, address = ''] =
      /^<http:\/\/localhost:8001([^>]*)>; rel="alternate"; type="application\/json\+datasette"$/u.exec(
        link,
      ) ?? []
    const twin = await server.request(address)
    expect([twin.status, twin.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
  })
})

describe('the icon', () => {
  it('is served where browsers look for it, and kept for an hour', async () => {
    const { status, headers } = await server.request('/favicon.ico')
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'image/svg+xml',
      'max-age=3600, public',
    ])
    const again = await server.request('/favicon.ico', {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })
})
