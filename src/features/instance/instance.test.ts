import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table orders (id integer primary key); create index by_id on orders (id);
             create table salaries (person text); create trigger t after insert on salaries begin select 1; end;
             create view totals as select 1 as n; create table "a\`\`\`b" (x)`,
      b: '',
    },
    config: {
      title: 'T',
      permissions: { 'oauth-manage-clients': { id: 'root' } },
      databases: {
        shop: {
          tables: { salaries: { allow: { id: 'ann' } } },
          queries: { count_orders: 'select 1', hidden: { sql: 'select 2', allow: { id: 'ann' } } },
        },
        b: { allow: { id: 'ann' } },
      },
      plugins: { other: { api_key: 'x', list: [{ password: 'y', name: 'z' }] } },
    },
  })
})
afterAll(() => server.close())

const json = async (path: string, actor?: { id: string }) =>
  (await server.request(path, actor === undefined ? {} : { actor })).json() as Promise<
    Record<string, unknown>
  >

describe('pages that describe the instance', () => {
  it('tell versions, plugins and settings', async () => {
    expect(await json('/-/versions.json')).toMatchObject({
      ok: true,
      datasette: { version: '1.0a37' },
      sqlite: { version: expect.stringMatching(/^3\./u), fts_versions: expect.arrayContaining(['FTS5']) },
    })
    expect(await json('/-/plugins.json')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'datasette-oauth',
          static: false,
          hooks: expect.arrayContaining(['tokenGrant']),
        }),
      ]),
    )
    expect(Object.keys(await json('/-/settings.json')).slice(0, 3)).toEqual([
      'ok',
      'default_page_size',
      'max_returned_rows',
    ])
  })

  it('show the configuration without what could be a secret, also inside lists', async () => {
    expect(await json('/-/config.json')).toMatchObject({
      title: 'T',
      plugins: { other: { api_key: '***', list: [{ password: '***', name: 'z' }] } },
    })
  })

  it('show the databases that the reader may see, without the folders of their files', async () => {
    expect(await json('/-/databases.json')).toMatchObject({
      databases: [
        { name: 'shop', route: 'shop', path: 'shop.db', is_mutable: true, is_memory: false, hash: null },
      ],
    })
    const { databases } = await json('/-/databases.json', { id: 'ann' })
    expect(databases).toHaveLength(2)
  })

  it('are pages as well, with tabs for those that the reader may open', async () => {
    const page = await (await server.request('/-/settings')).text()
    expect(page).toContain('default_page_size')
    expect(page).toContain('<a href="/-/settings" aria-current="page">Settings</a>')
    expect(page).not.toContain('/-/threads')
  })
})

describe('GET /-/schema', () => {
  const ORDERS = 'CREATE TABLE orders (id integer primary key)'

  it('leaves out what is about tables that the reader may not see', async () => {
    const { schema } = await json('/shop/-/schema.json')
    expect(schema).toContain(`${ORDERS};\nCREATE INDEX by_id on orders (id);\nCREATE VIEW totals`)
    expect(schema).not.toContain('salaries')
    expect((await json('/shop/-/schema.json', { id: 'ann' }))['schema']).toContain('CREATE TRIGGER t')
    expect(await json('/-/schema.json')).toEqual({ ok: true, schemas: [{ database: 'shop', schema }] })
  })

  it('is there for one table, for those who may see it', async () => {
    expect(await json('/shop/orders/-/schema.json')).toEqual({
      ok: true,
      database: 'shop',
      table: 'orders',
      schema: ORDERS,
    })
    expect((await server.request('/shop/salaries/-/schema.json')).status).toBe(403)
  })

  it('is Markdown too, with a fence that no name can end', async () => {
    const answer = await server.request('/shop/-/schema.md')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const text = await answer.text()
    expect(text).toMatch(/^# Schema for shop\n\n````sql\n/u)
    expect(text).toMatch(/\n````$/u)
  })

  it('is a page that says when there is nothing', async () => {
    expect(await (await server.request('/b/-/schema', { actor: { id: 'ann' } })).text()).toContain(
      'There is nothing yet',
    )
    expect(await (await server.request('/shop/orders/-/schema')).text()).toContain(ORDERS)
  })
})

describe('GET /-/jump', () => {
  const names = async (q: string, actor?: { id: string }) => {
    const { matches } = await json(`/-/jump.json?q=${encodeURIComponent(q)}`, actor)
    return (matches as { name: string }[]).map(({ name }) => name)
  }

  it('finds what the reader may see, the shortest names first', async () => {
    expect(await names('')).toEqual([
      'shop',
      'shop: a```b',
      'shop: orders',
      'shop: totals',
      'shop: count_orders',
    ])
    expect(await names('sal')).toEqual([])
    expect(await names('sal', { id: 'ann' })).toEqual(['shop: salaries'])
    expect(await names('hidden')).toEqual([])
  })

  it('looks for all words in their order, in large or small letters', async () => {
    expect(await names('SHOP ord')).toEqual(['shop: orders', 'shop: count_orders'])
    expect(await names('ord shop')).toEqual([])
    expect(await names('%')).toEqual([])
  })
})
