import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table items (id integer primary key, name text, size real);
  create table secret (id integer primary key);
  create view few as select * from items;
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA, closed: SCHEMA },
    immutable: ['still'],
    config: {
      permissions: {
        'create-table': { id: 'all' },
        'alter-table': { id: 'all' },
        'drop-table': { id: 'all' },
      },
      databases: {
        closed: { allow: { id: 'all' } },
        shop: {
          permissions: { 'insert-row': { id: ['all', 'adder'] }, 'update-row': { id: 'all' } },
          tables: { secret: { allow: { id: 'all' } } },
        },
      },
    },
  })
})

afterAll(() => server.close())

const get = (query = '', id: string | null = null) =>
  pageAt(server, `/-/api${query}`, id === null ? {} : { actor: { id } })
/** The addresses that the page lists for POST. */
const posts = (html: string) =>
  [...html.matchAll(/>POST<\/span>\s*<code>([^<]*)</g)].map(([, address]) => address)

describe('GET /-/api', () => {
  it('leads from the server to databases and tables that the reader may see', async () => {
    const { html } = await get()
    expect(html).toContain('href="/-/api?database=shop"')
    expect(html).not.toContain('closed')
    expect((await get('', 'all')).html).toContain('href="/-/api?database=closed"')
    const shop = await get('?database=shop')
    expect(shop.html).toContain('href="/-/api?database=shop&amp;table=items"')
    expect(shop.html).not.toContain('secret')
  })

  it('lists what this reader may do, and no more', async () => {
    expect(posts((await get('?database=shop')).html)).toEqual([])
    expect(posts((await get('?database=shop', 'all')).html)).toEqual(['/shop/-/create'])
    expect(posts((await get('?database=shop&table=items')).html)).toEqual([])
    expect(posts((await get('?database=shop&table=items', 'adder')).html)).toEqual(['/shop/items/-/insert'])
    expect(posts((await get('?database=shop&table=items', 'all')).html)).toEqual([
      '/shop/items/-/insert',
      '/shop/items/-/upsert',
      '/shop/items/1/-/update',
      '/shop/items/-/alter',
      '/shop/items/-/drop',
    ])
    expect(posts((await get('?database=shop&table=few', 'all')).html)).toEqual([])
    expect(posts((await get('?database=still&table=items', 'all')).html)).toEqual([])
    expect(posts((await get('?database=still', 'all')).html)).toEqual([])
  })

  it.each(['?database=closed', '?database=nope', '?database=shop&table=secret', '?database=shop&table=nope'])(
    'says of what a reader may not see that it is not there: %s',
    async (query) => expect((await get(query)).status).toBe(404),
  )

  it('gives examples that work, as JSON and as a command', async () => {
    const chosen = '?database=shop&table=items&endpoint=insert'
    const { html } = await get(chosen, 'all')
    expect(html).toContain('curl -X POST')
    expect(html).toContain('http://localhost:8001/shop/items/-/insert')
    const body = /<textarea[^>]*name="json"[^>]*>([^<]*)</.exec(html)?.[1]?.replaceAll('&quot;', '"') ?? ''
    const json: unknown = JSON.parse(body)
    expect(json).toEqual({ row: { name: 'text', size: 1 } })
    const answer = await server.request('/shop/items/-/insert', { json, actor: { id: 'all' } })
    expect(answer.status).toBe(201)
  })

  it('drops nothing with its example', async () => {
    const { html } = await get('?database=shop&table=items&endpoint=drop', 'all')
    expect(html).toContain('>{}</textarea>')
  })
})
