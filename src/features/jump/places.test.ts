import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../testing.ts'

const MANY = Array.from({ length: 120 }, (_, n) => `create table many_${n} (id integer primary key);`).join(
  '',
)

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table orders (id integer primary key); create table order_lines (id integer primary key);
        create table _hidden_orders (id integer primary key); create table diary (id integer primary key);
        create view open_orders as select 1; ${MANY}`,
      secret: 'create table orders (id integer primary key)',
    },
    config: {
      permissions: { 'debug-menu': { id: 'dev' }, 'permissions-debug': { id: 'root' } },
      databases: {
        secret: { allow: { id: 'ada' } },
        shop: {
          queries: {
            late: { sql: 'select 1', title: 'Late orders' },
            mine: { sql: 'select 1', allow: { id: 'ada' } },
          },
          tables: { diary: { allow: { id: 'ada' } } },
        },
      },
    },
  })
})

afterAll(() => server.close())

type Match = { name: string; url: string; type: string; description: string | null; display_name?: string }

const jump = async (words: string, request: TestRequest = {}) => {
  const response = await server.request(`/-/jump.json?q=${encodeURIComponent(words)}`, request)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  return (await response.json()) as { ok: boolean; matches: Match[]; truncated: boolean }
}
const names = async (words: string, request?: TestRequest) =>
  (await jump(words, request)).matches.map(({ name }) => name)

describe('GET /-/jump', () => {
  it('finds tables, hidden ones too, views and queries, also by their titles', async () => {
    expect(await jump('orders')).toEqual({
      ok: true,
      matches: [
        {
          name: 'shop: late',
          url: '/shop/late',
          type: 'query',
          description: null,
          display_name: 'Late orders',
        },
        { name: 'shop: orders', url: '/shop/orders', type: 'table', description: null },
        { name: 'shop: open_orders', url: '/shop/open_orders', type: 'view', description: null },
        { name: 'shop: _hidden_orders', url: '/shop/_hidden_orders', type: 'table', description: null },
      ],
      truncated: false,
    })
  })

  it('takes words in their order', async () => {
    expect(await names('shop li')).toEqual(['shop: order_lines'])
    expect(await names('li shop')).toEqual([])
  })

  it('names a hundred at most, and tells that there are more', async () => {
    const { matches, truncated } = await jump('many')
    expect([matches.length, truncated]).toEqual([100, true])
  })

  it('tells nobody of what they may not see', async () => {
    expect(await names('diary')).toEqual([])
    expect(await names('mine')).toEqual([])
    expect(await names('secret')).toEqual([])
    const ada = { actor: { id: 'ada' } }
    expect(await names('diary', ada)).toEqual(['shop: diary'])
    expect(await names('mine', ada)).toEqual(['shop: mine'])
    expect(await names('secret', ada)).toEqual(['secret', 'secret: orders'])
  })

  it('leads a person to their own pages, and neither nobody nor a token', async () => {
    const token = signToken(server.signer, { a: 'ada', t: server.now() })
    expect((await jump('api tok', { actor: { id: 'ada' } })).matches).toEqual([
      { name: 'Create an API token', url: '/-/create-token', type: 'menu', description: null },
    ])
    expect(await names('api tok')).toEqual([])
    expect(await names('api tok', { token })).toEqual([])
  })

  it('leads to the pages for debugging those who hold debug-menu and may open them', async () => {
    expect((await jump('settings', { actor: { id: 'dev' } })).matches).toEqual([
      { name: 'Settings', url: '/-/settings', type: 'debug', description: 'The settings that hold' },
    ])
    expect(await names('debug processes', { actor: { id: 'dev' } })).toEqual([])
    expect(await names('settings', { actor: { id: 'ada' } })).toEqual([])
    expect(await names('settings')).toEqual([])
  })

  it('lists data alone when no words are given', async () => {
    const { matches } = await jump('', { actor: { id: 'dev' } })
    expect(new Set(matches.map(({ type }) => type))).not.toContain('debug')
    expect(matches[0]).toMatchObject({ name: 'shop', type: 'database' })
  })

  it('leads only to pages that are there', async () => {
    const whole = await createTestServer({ rootEnabled: true })
    const actor = { id: 'root' }
    const found = (await (await whole.request('/-/jump.json?q=debug', { actor })).json()) as {
      matches: Match[]
    }
    expect(found.matches.length).toBeGreaterThan(10)
    for (const { url } of found.matches) {
      expect([url, (await whole.request(url, { actor })).status]).toEqual([url, 200])
    }
    await whole.close()
  })
})
