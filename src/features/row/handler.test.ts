import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  create table people (id integer primary key, name text);
  insert into people values (1, 'Ada'), (9223372036854775807, 'Last');
  create table lines (item integer references people(id), sku text, price real, primary key (item, sku));
  insert into lines values (1, 'a/b,c.json', 2.0);
  create table log (at text, what text);
  insert into log values ('mon', 'one');
  create table untyped (k primary key, v);
  insert into untyped values (5, 'number'), ('6', 'text'), (6, 'another number');
  create table takes_rowid (rowid text, v text);
  insert into takes_rowid values ('seven', 'x');
  create view names as select name from people;
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({ databases: { shop: SHOP } })
})

afterAll(() => server.close())

const json = async (path: string): Promise<unknown> => (await server.request(path)).json()

describe('GET /:database/:table/:pks.json', () => {
  it('answers with the row, its key and the time it took', async () => {
    expect(await json('/shop/people/1.json')).toEqual({
      ok: true,
      database: 'shop',
      table: 'people',
      rows: [{ id: 1, name: 'Ada' }],
      primary_keys: ['id'],
      primary_key_values: ['1'],
      query_ms: expect.any(Number) as number,
      truncated: false,
    })
  })

  it('sends integers exactly and floats as floats', async () => {
    const text = await (await server.request('/shop/people/9223372036854775807.json')).text()
    expect(text).toContain('"id":9223372036854775807')
    expect(await (await server.request('/shop/lines/1,a~2Fb~2Cc~2Ejson.json')).text()).toContain(
      '"price":2.0',
    )
  })

  it('finds rows by compound keys, row numbers, and keys without a type', async () => {
    expect(await json('/shop/lines/1,a~2Fb~2Cc~2Ejson.json')).toMatchObject({
      rows: [{ sku: 'a/b,c.json' }],
      primary_key_values: ['1', 'a/b,c.json'],
    })
    expect(await json('/shop/log/1.json')).toMatchObject({
      rows: [{ rowid: 1, at: 'mon' }],
      primary_keys: ['rowid'],
    })
    expect(await json('/shop/takes_rowid/1.json')).toMatchObject({ rows: [{ _rowid_: 1, rowid: 'seven' }] })
    expect(await json('/shop/untyped/5.json')).toMatchObject({ rows: [{ v: 'number' }] })
    expect(await json('/shop/untyped/6.json')).toMatchObject({ rows: [{ v: 'text' }] })
  })

  it('takes shapes', async () => {
    expect(await json('/shop/people/1.json?_shape=array')).toEqual([{ id: 1, name: 'Ada' }])
    expect(await json('/shop/people/1.json?_shape=object')).toEqual({ '1': { id: 1, name: 'Ada' } })
    expect(await json('/shop/people/1.json?_shape=arrays')).toMatchObject({ rows: [[1, 'Ada']] })
    expect(await json('/shop/people/1.json?_shape=arrayfirst')).toEqual([1])
  })

  it.each(['/shop/people/999.json', '/shop/people/abc.json', '/shop/names/1.json'])(
    'does not find %s',
    async (path) => {
      const response = await server.request(path)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ ok: false, error: 'Row not found' })
    },
  )

  it.each(['/shop/lines/1.json', '/shop/people/1,2.json'])(
    'refuses %s, a key of another length',
    async (path) => {
      const response = await server.request(path)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        error: 'URL row identifier does not match the primary key for this table',
      })
    },
  )

  it('may be kept for a while', async () => {
    expect((await server.request('/shop/people/1.json')).headers.get('cache-control')).toBe('max-age=5')
  })
})

describe('GET /:database/:table/:pks', () => {
  it('is a page with every value, foreign keys as links, and the way back', async () => {
    const html = await (await server.request('/shop/lines/1,a~2Fb~2Cc~2Ejson')).text()
    expect(html).toContain('a/b,c.json')
    expect(html).toContain('<a href="/shop/people/1">Ada</a> <span class="cell-id">1</span>')
    expect(html).toContain('href="/shop/lines"')
    expect(html).toContain('href="/shop/lines/1,a~2Fb~2Cc~2Ejson.json"')
  })

  it('is a 404 page for a row that is not there', async () => {
    const response = await server.request('/shop/people/999')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^text\/html;/)
  })
})
