import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: 'create table t (id integer primary key)', archive: '', empty: '' },
    config: {
      settings: { base_url: '/data/' },
      databases: {
        shop: {
          queries: {
            b: { sql: 'select 2', title: 'Bolts', fragment: 'top' },
            a: { sql: 'select 1', description: 'The first <one>' },
            c: { sql: 'delete from t', write: true },
            d: { sql: 'select secret', allow: { id: 'ada' }, is_trusted: false },
            t: 'select 3',
            'x/y,z': 'select 4',
          },
        },
        archive: { queries: { old: 'select 5' } },
        gone: { queries: { q: 'select 6' } },
      },
    },
  })
})
afterAll(() => server.close())

const ada = { actor: { id: 'ada' } }

type List = {
  queries: readonly { database: string; name: string }[]
  next: string | null
  next_url: string | null
}

async function list(path: string, options = {}): Promise<List> {
  return (await (await server.request(path, options)).json()) as List
}
const names = async (path: string, options = {}) =>
  (await list(path, options)).queries.map(({ database, name }) => `${database}/${name}`)

describe('GET /:database/-/queries.json', () => {
  it('describes the stored queries that the reader may see, but none that a table hides', async () => {
    const path = '/data/shop/-/queries'
    const item = (label: string, count: number, parameter: string) => ({
      label,
      count,
      href: `${path}?${parameter}`,
      active: false,
    })
    expect(await list('/shop/-/queries.json')).toEqual({
      ok: true,
      database: 'shop',
      database_color: expect.stringMatching(/^[0-9a-f]{6}$/) as string,
      queries: ['a', 'b', 'c', 'x/y,z'].map(
        (name) =>
          expect.objectContaining({ database: 'shop', name, source: 'config', private: false }) as object,
      ),
      next: null,
      next_url: null,
      limit: 50,
      show_private_note: false,
      show_trusted_note: true,
      query_list_path: path,
      show_database: false,
      facets: [
        { title: 'Mode', items: [item('Read-only', 3, 'is_write=0'), item('Writable', 1, 'is_write=1')] },
        {
          title: 'Visibility',
          items: [item('Not private', 4, 'is_private=0'), item('Private', 0, 'is_private=1')],
        },
      ],
      filters: { q: '', is_write: '', is_private: '', source: '', owner_id: '' },
    })
  })

  it('tells nothing of a query to those who may not see it, not even by counting or searching', async () => {
    for (const path of [
      '/shop/-/queries.json',
      '/shop/-/queries.json?q=secret',
      '/-/queries.json?q=d',
      '/-/queries?q=secret',
    ]) {
      expect(await (await server.request(path)).text()).not.toContain('select secret')
    }
    expect(await names('/shop/-/queries.json?q=secret')).toEqual([])
    const forAda = await list('/shop/-/queries.json?q=secret', ada)
    expect(forAda.queries).toMatchObject([{ name: 'd', private: true, is_trusted: false }])
    expect(forAda).toMatchObject({ show_trusted_note: false })
    const response = await server.request('/shop/-/queries.json', ada)
    expect(response.headers.get('cache-control')).toBe('private')
  })

  it.each([
    ['q=BOLT', ['b']],
    ['q=first', ['a']],
    ['q=delete+from', ['c']],
    ['is_write=1', ['c']],
    ['is_write=0&q=select', ['a', 'b', 'x/y,z']],
    ['is_private=1', []],
    ['is_private=0&is_write=1', ['c']],
    ['source=config&q=bolts', ['b']],
    ['source=user', []],
    ['owner_id=ada', []],
    ['q=&is_write=&is_private=&source=&owner_id=', ['a', 'b', 'c', 'x/y,z']],
  ])('filters by %s', async (query, found) => {
    expect(await names(`/shop/-/queries.json?${query}`)).toEqual(found.map((name) => `shop/${name}`))
  })

  it('repeats the filters, and the facets that they choose', async () => {
    expect(await list('/shop/-/queries.json?is_write=1&q=t&_next=shop,a')).toMatchObject({
      filters: { q: 't', is_write: '1' },
      facets: [
        {
          items: [
            { label: 'Read-only', active: false, href: '/data/shop/-/queries?q=t&is_write=0' },
            { label: 'Writable', active: true, href: '/data/shop/-/queries?q=t' },
          ],
        },
        {},
      ],
    })
  })

  it('goes on from page to page, whatever the names are', async () => {
    const first = await list('/shop/-/queries.json?_size=3&q=e')
    expect(first.queries.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(first.next).toBe('shop,c')
    expect(first.next_url).toBe('http://localhost:8001/data/shop/-/queries.json?_size=3&q=e&_next=shop%2Cc')
    const second = await list(first.next_url?.slice('http://localhost:8001'.length) ?? '')
    expect(second.queries.map(({ name }) => name)).toEqual(['x/y,z'])
    expect(second.next).toBeNull()
    expect(await names('/shop/-/queries.json?_next=shop,x~2Fy~2Cz')).toEqual([])
    expect(await names('/shop/-/queries.json?_next=shop,bb')).toEqual(['shop/c', 'shop/x/y,z'])
  })

  it('holds the size between 1 and 1000', async () => {
    expect(await list('/shop/-/queries.json?_size=0')).toMatchObject({ limit: 1, next: 'shop,a' })
    expect(await list('/shop/-/queries.json?_size=5000')).toMatchObject({ limit: 1000 })
  })

  it.each([
    ['is_write=2', 'is_write must be 0 or 1'],
    ['is_private=maybe', 'is_private must be 0 or 1'],
    ['_size=many', '_size must be a positive integer'],
    ['_size=-1', '_size must be a positive integer'],
    ['_next=shop', '_next is not a page of this list'],
    ['_next=a,b,c', '_next is not a page of this list'],
  ])('refuses %s', async (query, error) => {
    const response = await server.request(`/shop/-/queries.json?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ ok: false, error })
  })

  it('is there for every database and for no other', async () => {
    expect(await list('/empty/-/queries.json')).toMatchObject({ queries: [], next: null })
    expect(await (await server.request('/gone/-/queries.json')).json()).toMatchObject({
      status: 404,
      error: 'Database not found',
    })
  })
})

describe('GET /-/queries.json', () => {
  it('goes through the databases by name', async () => {
    expect(await names('/-/queries.json')).toEqual([
      'archive/old',
      'shop/a',
      'shop/b',
      'shop/c',
      'shop/x/y,z',
    ])
    const page = await list('/-/queries.json?_size=1')
    expect(page).toMatchObject({
      database: null,
      database_color: null,
      show_database: true,
      query_list_path: '/data/-/queries',
      next: 'archive,old',
    })
    expect(await names('/-/queries.json?_size=1&_next=archive,old')).toEqual(['shop/a'])
  })
})

describe('GET /-/queries and /:database/-/queries', () => {
  const page = async (path: string, options = {}) => (await server.request(path, options)).text()

  it('lists them with links, their databases and what they are', async () => {
    const html = await page('/-/queries', ada)
    expect(html).toContain('<a href="/data/shop/b#top"><bdi>Bolts</bdi></a>')
    expect(html).toContain('<bdi>archive</bdi>')
    expect(html).toContain('The first &lt;one&gt;')
    expect(html).toMatch(/<bdi>c<\/bdi><\/a> <span class="tag tag-warning">changes data/)
    expect(html).toMatch(/<bdi>d<\/bdi><\/a>\s+<span class="tag tag-neutral">private/)
    expect(html).toContain('Read-only (5)')
    expect(html).toContain('href="/data/-/queries.json"')
    expect(await page('/shop/-/queries')).not.toContain('archive')
  })

  it('keeps the filters in the form and on further pages', async () => {
    const html = await page('/shop/-/queries?q=select&is_write=0&_size=1')
    expect(html).toMatch(/<input[^>]* name="q"[^>]* value="select"/)
    expect(html).toMatch(/<option value="0" selected[^>]*>Read-only/)
    expect(html).toContain(
      'href="/data/shop/-/queries?q=select&amp;is_write=0&amp;_size=1&amp;_next=shop%2Ca"',
    )
    expect(await page('/shop/-/queries?_size=1&_next=shop,a')).toContain(
      'href="/data/shop/-/queries?_size=1"',
    )
  })

  it('says what would be here', async () => {
    expect(await page('/empty/-/queries')).toContain('No queries to see here')
  })
})
