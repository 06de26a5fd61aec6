import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../auth/token-format.ts'
import { createTestServer, type TestRequest, type TestServer } from '../testing.ts'

const SQL = 'create table t (id integer primary key, b blob); insert into t values (1, zeroblob(3))'
const CONFIG = { databases: { shop: { queries: { recent: 'select id from t' } } } }

let server: TestServer
let hasty: TestServer

beforeAll(async () => {
  server = await createTestServer({ databases: { shop: SQL }, config: CONFIG })
  hasty = await createTestServer({
    databases: { shop: SQL },
    config: { ...CONFIG, settings: { default_cache_ttl: 0 } },
  })
})
afterAll(async () => {
  await server.close()
  await hasty.close()
})

/** Answers that may be kept for a while: those of tables, rows and stored queries (host.md §8.6). */
const KEPT = [
  '/shop/t',
  '/shop/t.json',
  '/shop/t.csv',
  '/shop/t/1',
  '/shop/t/1.json',
  '/shop/recent',
  '/shop/recent.json',
]
/** Those that are asked for again each time. */
const FRESH = [
  '/',
  '/.json',
  '/shop',
  '/shop.json',
  '/shop/-/query.json?sql=select+1',
  '/-/jump.json',
  '/shop/-/schema',
]

const headersOf = async (path: string, request: TestRequest = {}, from = server) => {
  const response = await from.request(path, request)
  await response.body?.cancel()
  expect([path, response.status]).toEqual([path, 200])
  return response.headers
}
const caching = async (path: string, request?: TestRequest, from?: TestServer) =>
  (await headersOf(path, request, from)).get('cache-control')

describe('what may be kept, and by whom', () => {
  it.each(KEPT)('anybody may keep what everybody gets at %s', async (path) => {
    const headers = await headersOf(path)
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([
      'max-age=5',
      'Authorization, Cookie',
    ])
  })

  it.each([...KEPT, ...FRESH])('nobody may keep for others what a reader gets at %s', async (path) => {
    const token = signToken(server.signer, { a: 'ada', t: server.now() })
    const readers: readonly TestRequest[] = [
      { actor: { id: 'ada' } },
      { token },
      { headers: { authorization: 'Bearer of-another-site' } },
      { headers: { cookie: 'ds_messages=x' } },
    ]
    for (const reader of readers) {
      const headers = await headersOf(path, reader)
      expect(headers.get('cache-control')).toMatch(/^private(?:, max-age=5)?$/u)
      expect(headers.get('vary')).toBe('Authorization, Cookie')
    }
  })

  it.each(FRESH)('nothing says how long %s holds', async (path) => {
    expect(await caching(path)).toBeNull()
    expect((await headersOf(path)).get('vary')).toBe('Authorization, Cookie')
  })
})

describe('_ttl and default_cache_ttl', () => {
  it.each([
    ['?_ttl=60', 'max-age=60'],
    ['?_ttl=0', 'no-cache'],
    ['?_ttl=', 'max-age=5'],
    ['?_ttl=-1', 'max-age=5'],
    ['?_ttl=1e9', 'max-age=5'],
    ['?_ttl=60%0D%0AX-Evil:%201', 'max-age=5'],
  ])('%s is %s', async (query, expected) => {
    for (const path of KEPT) expect([path, await caching(path + query)]).toEqual([path, expected])
  })

  it('asks again each time where the setting is 0, unless the address says otherwise', async () => {
    expect(await caching('/shop/t.json', {}, hasty)).toBe('no-cache')
    expect(await caching('/shop/t.json?_ttl=9', {}, hasty)).toBe('max-age=9')
    expect(await caching('/shop/t.json?_ttl=9', { actor: { id: 'a' } }, hasty)).toBe('private, max-age=9')
  })

  it('changes nothing about refusals', async () => {
    for (const path of [
      '/shop/t.json?_ttl=9&_shape=x',
      '/shop/t/77.json?_ttl=9',
      '/shop/nothing.json?_ttl=9',
    ]) {
      const { headers } = await server.request(path)
      expect([path, headers.get('cache-control')]).toEqual([path, null])
    }
  })
})
