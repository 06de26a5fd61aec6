import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  create table people (id integer primary key, name text, site text);
  insert into people values (1, 'Ada', 'https://ada.example/?a=1&b=2'), (2, '<b>Bo</b>', 'javascript:alert(1)'), (3, null, '');
  create table orders (
    id integer primary key, person integer references people(id), total real, photo blob
  );
  insert into orders values (1, 1, 10.0, x'0102ff'), (2, 2, 12.5, null), (3, 1, null, null), (4, 3, 9007199254740993, null);
  create table lines ("order" integer, sku text, note text, primary key ("order", sku));
  insert into lines values (1, 'a/b', 'x'), (1, 'c,d', 'y'), (2, 'a', 'z');
  create table log (at text, what text);
  insert into log values ('mon', 'one'), ('tue', 'two');
  create table secret (id integer primary key);
  insert into secret values (7);
  create table points_at_secret (id integer primary key, secret integer references secret(id));
  insert into points_at_secret values (1, 7);
  create table empty (id integer primary key);
  create table pictures (id integer primary key, photo blob);
  insert into pictures values (1, zeroblob(500000)), (2, zeroblob(500000)), (3, zeroblob(2500000)), (4, x'00');
  create view framed as select photo from pictures;
  create table gone (id integer primary key);
  create view orphan as select * from gone;
  drop table gone;
  create view totals as select person, sum(total) as total from orders group by person order by person;
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SHOP },
    config: {
      settings: { max_returned_rows: 5, default_page_size: 2 },
      databases: {
        shop: {
          tables: {
            secret: { allow: { id: 'ada' } },
            lines: { sort_desc: 'sku', sortable_columns: ['note'], size: 1 },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const get = (path: string) => server.request(path)
const json = async (path: string): Promise<unknown> => (await get(path)).json()
const error = (message: string) => ({ ok: false, error: message, errors: [message], status: 400 })

describe('GET /:database/:table.json', () => {
  it('answers with a page of rows and the address of the next', async () => {
    const response = await get('/shop/people.json?_size=1')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const next = 'http://localhost:8001/shop/people.json?_size=1&_next=1'
    expect(response.headers.get('link')).toBe(`<${next}>; rel="next"`)
    expect(await response.json()).toEqual({
      ok: true,
      next: '1',
      next_url: next,
      rows: [{ id: 1, name: 'Ada', site: 'https://ada.example/?a=1&b=2' }],
      truncated: false,
    })
  })

  it('has no next page after the last row', async () => {
    const response = await get('/shop/people.json?_size=3')
    expect(response.headers.get('link')).toBeNull()
    expect(await response.json()).toMatchObject({ next: null, next_url: null })
  })

  it('sends integers exactly, floats as floats and bytes in base64', async () => {
    const text = await (await get('/shop/orders.json?_size=max')).text()
    expect(text).toContain('"total":10.0')
    expect(text).toContain('"photo":{"$base64":true,"encoded":"AQL/"}')
    expect(await (await get('/shop/orders.json?_size=1&_next=3&_shape=arrays')).text()).toContain(
      '[[4,3,9007199254740992.0,null]]',
    )
  })

  it('follows compound keys, and shows the row number of a table without a key', async () => {
    expect(await json('/shop/lines.json?_size=2&_sort=note&_shape=arrayfirst')).toEqual([1, 1])
    expect(await json('/shop/log.json?_size=1')).toMatchObject({
      next: '1',
      rows: [{ rowid: 1, at: 'mon', what: 'one' }],
    })
  })

  it('pages a view by the number of rows', async () => {
    expect(await json('/shop/totals.json?_shape=arrays')).toMatchObject({
      next: '2',
      rows: [
        [1, 10],
        [2, 12.5],
      ],
    })
    expect(await json('/shop/totals.json?_next=2')).toMatchObject({ next: null })
    expect(await json('/shop/totals.json?_next=two')).toEqual(
      error('_next does not belong to this table and order'),
    )
  })

  it('keeps the other parameters of the address on the way through the pages', async () => {
    const response = await json('/shop/people.json?_next=0&_size=1&_shape=arrays&_note=a+b')
    expect(response).toMatchObject({
      next_url: 'http://localhost:8001/shop/people.json?_size=1&_shape=arrays&_note=a+b&_next=1',
    })
  })

  it.each([
    ['_size=-1', '_size must be a positive integer'],
    ['_size=abc', '_size must be a positive integer'],
    ['_size=6', '_size must be <= 5'],
    ['_shape=bogus', 'Invalid _shape: bogus'],
    ['_sort=nosuch', 'Cannot sort table by nosuch'],
    ['_sort=id&_sort_desc=name', 'Cannot use _sort and _sort_desc at the same time'],
    ['_next=1,2,3', '_next does not belong to this table and order'],
    ['_next=$x', '_next does not belong to this table and order'],
  ])('refuses ?%s', async (query, message) => {
    const response = await get(`/shop/people.json?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual(error(message))
  })

  it('takes a token that no row has as a place in the order', async () => {
    expect(await json('/shop/people.json?_next=zzz')).toMatchObject({ rows: [], next: null })
  })

  it('gives no rows and no next page for _size=0', async () => {
    expect(await json('/shop/people.json?_size=0')).toMatchObject({ rows: [], next: null, next_url: null })
  })

  it('sorts, with NULL first when it goes up and last when it goes down', async () => {
    expect(await json('/shop/orders.json?_sort=total&_shape=arrayfirst&_size=5')).toEqual([3, 1, 2, 4])
    expect(await json('/shop/orders.json?_sort_desc=total&_shape=arrayfirst&_size=5')).toEqual([4, 2, 1, 3])
    expect(await json('/shop/orders.json?_sort=total&_size=1')).toMatchObject({
      next: '$null,3',
      next_url: 'http://localhost:8001/shop/orders.json?_size=1&_next=%24null%2C3&_sort=total',
    })
  })

  it('takes size, order and sortable columns from the configuration', async () => {
    expect(await json('/shop/lines.json')).toMatchObject({
      rows: [{ sku: 'c,d' }],
      next: 'c~2Cd,1,c~2Cd',
      next_url: 'http://localhost:8001/shop/lines.json?_next=c~2Cd%2C1%2Cc~2Cd&_sort_desc=sku',
    })
    expect(await json('/shop/lines.json?_sort=sku')).toEqual(error('Cannot sort table by sku'))
  })

  it('says that a table is not there', async () => {
    const response = await get('/shop/nope.json')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ ok: false, error: 'Table not found', status: 404 })
    expect(await json('/nope/people.json')).toMatchObject({ error: 'Database not found' })
  })

  it('is closed to those who may not see the table', async () => {
    expect((await get('/shop/secret.json')).status).toBe(403)
    expect((await server.request('/shop/secret.json', { actor: { id: 'ada' } })).status).toBe(200)
  })
})

describe('?_shape=', () => {
  it('arranges the rows', async () => {
    expect(await json('/shop/log.json?_shape=arrays')).toMatchObject({
      rows: [
        [1, 'mon', 'one'],
        [2, 'tue', 'two'],
      ],
    })
    expect(await json('/shop/log.json?_shape=arrayfirst')).toEqual([1, 2])
    expect(await json('/shop/empty.json?_shape=array')).toEqual([])
    expect(await json('/shop/lines.json?_shape=object&_size=2&_sort=note')).toEqual({
      '1,a~2Fb': { order: 1, sku: 'a/b', note: 'x' },
      '1,c~2Cd': { order: 1, sku: 'c,d', note: 'y' },
    })
  })

  it('writes a row on each line for array with _nl', async () => {
    const response = await get('/shop/log.json?_shape=array&_nl=on')
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect((await response.text()).split('\n').map((line) => JSON.parse(line))).toHaveLength(2)
  })

  it('has no object for a table without a primary key, but still tells of the next page', async () => {
    const response = await get('/shop/log.json?_shape=object&_size=1')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual(
      error('_shape=object not available for tables with no primary keys'),
    )
    expect(response.headers.get('link')).toContain('rel="next"')
  })
})

describe('caching of tables', () => {
  it('lets everybody keep what is for everybody', async () => {
    const { headers } = await get('/shop/people.json')
    expect(headers.get('cache-control')).toBe('max-age=5')
    expect(headers.get('vary')).toBe('Authorization, Cookie')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('T43: what a signed-in reader or a token gets is for them alone', async () => {
    const signedIn = await server.request('/shop/people.json', { actor: { id: 'ada' } })
    expect(signedIn.headers.get('cache-control')).toBe('private, max-age=5')
    const withForeignToken = await server.request('/shop/people.json', { token: 'not_ours' })
    expect(withForeignToken.headers.get('cache-control')).toBe('private, max-age=5')
  })

  it('takes the time from the address', async () => {
    expect((await get('/shop/people.json?_ttl=60')).headers.get('cache-control')).toBe('max-age=60')
    expect((await get('/shop/people.json?_ttl=0')).headers.get('cache-control')).toBe('no-cache')
    expect((await get('/shop/people.json?_ttl=x')).headers.get('cache-control')).toBe('max-age=5')
  })
})

describe('GET /:database/:table', () => {
  const page = async (path: string) => (await get(path)).text()

  it('is a page with the rows, each leading to its own page', async () => {
    const response = await get('/shop/people')
    expect(response.headers.get('content-type')).toMatch(/^text\/html;/)
    expect(response.headers.get('link')).toContain('rel="next"')
    expect(await response.text()).toContain('<a href="/shop/people/1">1</a>')
  })

  it('shows what people wrote as text, and links only web addresses', async () => {
    const html = await page('/shop/people')
    expect(html).toContain('&lt;b&gt;Bo&lt;/b&gt;')
    expect(html).toContain('href="https://ada.example/?a=1&amp;b=2"')
    expect(html).not.toContain('href="javascript:')
  })

  it('links foreign keys to rows that the reader may see', async () => {
    expect(await page('/shop/orders')).toContain(
      '<a href="/shop/people/2">&lt;b&gt;Bo&lt;/b&gt;</a> <span class="cell-id">2</span>',
    )
    expect(await page('/shop/points_at_secret')).not.toContain('/shop/secret')
    const forAda = await server.request('/shop/points_at_secret', { actor: { id: 'ada' } })
    expect(await forAda.text()).toContain('href="/shop/secret/7"')
  })

  it('shows bytes by their size', async () => {
    expect(await page('/shop/orders')).toContain('&lt;Binary: 3 bytes&gt;')
  })

  it('leads on and back to the start, and to other orders', async () => {
    const html = await page('/shop/people?_sort=id&_next=1,1&_size=1')
    expect(html).toContain('href="/shop/people?_size=1&amp;_next=2%2C2&amp;_sort=id"')
    expect(html).toContain('href="/shop/people?_sort=id&amp;_size=1"')
    expect(html).toContain('href="/shop/people?_size=1&amp;_sort_desc=id"')
  })

  it('says that there are no rows', async () => {
    expect(await page('/shop/empty')).toContain('No rows here')
  })

  it('names its JSON on the last page', async () => {
    expect((await get('/shop/log')).headers.get('link')).toBe(
      '<http://localhost:8001/shop/log.json>; rel="alternate"; type="application/json+datasette"',
    )
  })
})

describe('rows that are large', () => {
  const page = async (path: string) => {
    const response = await get(path)
    const html = await response.text()
    return {
      rows: html.match(/Binary: [\d,]+/g),
      says: html.includes('fewer than asked for'),
      next: /<http:..[^/]*([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? '',
    }
  }

  it.each(['pictures', 'framed'])('spread over more pages of %s, each of which says so', async (table) => {
    const first = await page(`/shop/${table}?_size=5`)
    expect(first).toMatchObject({ rows: ['Binary: 500,000'], says: true })
    const second = await page(first.next)
    expect(second.rows).toEqual(['Binary: 500,000'])
    const third = await page(second.next)
    expect(third.rows).toEqual(['Binary: 2,500,000'])
    expect(await page(third.next)).toMatchObject({ rows: ['Binary: 1'], says: false, next: '' })
  })

  it('are too many for a shape that is put together here', async () => {
    const sizes = await json('/shop/pictures.json?_size=2&_shape=object')
    expect(Object.keys(sizes as object)).toEqual(['1', '2'])
    expect(await json('/shop/pictures.json?_size=5&_shape=object')).toMatchObject({
      status: 400,
      error: expect.stringContaining('a smaller _size') as string,
    })
  })
})

describe('a view whose table is gone', () => {
  it('says what is missing', async () => {
    expect(await json('/shop/orphan.json')).toEqual(error('no such table: main.gone'))
  })
})
