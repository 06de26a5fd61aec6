import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table t (id integer primary key, name text);
        insert into t values (1, 'Ada'), (2, 'Bo'), (3, 'Cy'), (4, 'Di');`,
    },
    config: {
      settings: { max_returned_rows: 3, base_url: '/data/' },
      databases: {
        shop: {
          allow_sql: { id: 'ada' },
          queries: {
            by_name: {
              sql: 'select id, name from t where name = :name or id = :sql',
              title: 'By <name>',
              description: 'Type a name',
              params: ['sql', 'name', 'unused'],
            },
            all: 'select id from t order by id',
            t: 'select 7',
            'a.b/c d': { sql: 'select 8 as eight', hide_sql: true },
            constant: { sql: 'values (5)', description_html: '<b>bold</b>' },
            for_ada: { sql: 'select 9', allow: { id: 'ada' } },
            untrusted: { sql: 'select 1', is_trusted: false },
            broken: 'select * from nope',
            sneaky: 'delete from t',
            reader: 'select :_actor_id as id',
            blank: '-- nothing',
            add: { sql: 'insert into t (name) values (:name)', write: true },
            add_for_ada: { sql: 'delete from t', write: true, allow: { id: 'ada' } },
          },
        },
        gone: { queries: { q: 'select 1' } },
      },
    },
  })
})
afterAll(() => server.close())

const ada = { actor: { id: 'ada' } }
const json = async (path: string): Promise<unknown> => (await server.request(path)).json()

describe('GET /:database/:query.json', () => {
  it('answers with the rows that the query finds, without the right to run SQL', async () => {
    const response = await server.request('/shop/by_name.json?name=Bo&sql=1')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      ok: true,
      rows: [
        { id: 1, name: 'Ada' },
        { id: 2, name: 'Bo' },
      ],
      truncated: false,
    })
    expect(await json('/shop/-/query.json?sql=select+1')).toMatchObject({ error: 'execute-sql' })
  })

  it('takes values as text and never as SQL, and nothing for a value that is not given', async () => {
    expect(await json("/shop/by_name.json?name=x'+or+1+--")).toMatchObject({ rows: [] })
    expect(await json('/shop/by_name.json')).toMatchObject({ ok: true, rows: [] })
  })

  it('takes the shapes of a query', async () => {
    expect(await json('/shop/all.json?_shape=arrays')).toEqual({
      ok: true,
      rows: [[1], [2], [3]],
      truncated: true,
    })
    expect(await json('/shop/all.json?_shape=arrayfirst')).toEqual([1, 2, 3])
    expect(await json('/shop/all.json?_shape=object')).toMatchObject({ status: 400 })
  })

  it('has any name, and any statement that reads', async () => {
    expect(await json('/shop/a~2Eb~2Fc+d.json')).toMatchObject({ rows: [{ eight: 8 }] })
    expect(await json('/shop/constant.json?_shape=arrays')).toMatchObject({ rows: [[5]] })
  })

  it('stands behind a table of the same name', async () => {
    expect(await json('/shop/t.json?_shape=arrayfirst&_size=1')).toEqual([1])
  })

  it.each([
    ['broken', 'no such table: nope'],
    ['reader', 'You did not supply a value for binding parameter :_actor_id.'],
  ])('says what is wrong with %s, in the shape of an answer', async (name, message) => {
    const response = await server.request(`/shop/${name}.json?_actor_id=root`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      ok: false,
      rows: [],
      error: message,
      errors: [message],
      status: 400,
      truncated: false,
    })
  })

  it.each(['sneaky', 'blank'])('changes nothing and breaks nothing: %s', async (name) => {
    expect((await server.request(`/shop/${name}.json`)).status).toBe(400)
    expect(await json('/shop/all.json')).toMatchObject({ rows: [{ id: 1 }, { id: 2 }, { id: 3 }] })
  })

  it('is closed to those who may not view the query', async () => {
    const response = await server.request('/shop/for_ada.json')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'You do not have permission to view this query' })
    expect((await server.request('/shop/for_ada.json', ada)).status).toBe(200)
  })

  it('asks for the right to run SQL where the query is not trusted', async () => {
    const response = await server.request('/shop/untrusted.json')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'execute-sql' })
    expect((await server.request('/shop/untrusted.json', ada)).status).toBe(200)
  })

  it('is for the reader alone when they are signed in', async () => {
    const response = await server.request('/shop/all.json', ada)
    expect(response.headers.get('cache-control')).toBe('private')
  })

  it('is not there where its database is not', async () => {
    expect(await json('/gone/q.json')).toMatchObject({ error: 'Database not found', status: 404 })
    expect(await json('/shop/constructor.json')).toMatchObject({ error: 'Table not found', status: 404 })
  })

  it('is only read', async () => {
    const response = await server.request('/shop/all.json', { json: {} })
    expect(response.status).toBe(405)
    expect(await response.json()).toMatchObject({ error: 'Method not allowed' })
  })
})

describe('a stored query that writes', () => {
  it.each([
    ['GET', '/shop/add.json?name=x'],
    ['POST', '/shop/add.json?name=x'],
    ['POST', '/shop/add'],
  ] as const)('says at %s %s that it cannot be run yet', async (method, path) => {
    const response = await server.request(path, method === 'GET' ? {} : { method, json: { name: 'x' } })
    expect(response.status).toBe(405)
    expect(await response.json()).toMatchObject({
      ok: false,
      error: 'This query changes data, and queries that do cannot be run yet',
    })
    expect(await json('/shop/by_name.json?name=x')).toMatchObject({ rows: [] })
  })

  it('says it as a page too', async () => {
    const response = await server.request('/shop/add')
    expect(response.status).toBe(405)
    expect(await response.text()).toContain('cannot be run yet')
  })

  it('tells those who may not view it nothing but that', async () => {
    expect((await server.request('/shop/add_for_ada.json')).status).toBe(403)
    expect((await server.request('/shop/add_for_ada.json', { json: {} })).status).toBe(403)
  })
})

describe('GET /:database/:query', () => {
  const page = async (path: string, options = {}) => (await server.request(path, options)).text()

  it('shows what it is, a field for each parameter, the rows and the SQL', async () => {
    const response = await server.request('/shop/by_name?name=Bo&sql=%22')
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('By &lt;name&gt;')
    expect(html).toContain('Type a name')
    expect(html).toContain('action="/data/shop/by_name"')
    expect(html).toMatch(/ name="sql"[^>]* value="&quot;".* name="name"[^>]* value="Bo"/s)
    expect(html).not.toContain('name="unused"')
    expect(html).toContain('Bo</td>')
    expect(html).toContain('where name = :name')
    expect(html).toContain('href="/data/shop/by_name.json?name=Bo&amp;sql=%22"')
    expect(response.headers.get('link')).toContain(
      '/data/shop/by_name.json?name=Bo&sql=%22>; rel="alternate"',
    )
  })

  it('has no form without parameters', async () => {
    expect(await page('/shop/all')).not.toContain('<form class="form"')
  })

  it('hides SQL that is to be hidden, and shows no HTML of a description', async () => {
    expect(await page('/shop/a~2Eb~2Fc+d')).not.toContain('select 8')
    expect(await page('/shop/constant')).not.toContain('<b>bold')
  })

  it('leads those who may run SQL to the query page', async () => {
    const link = 'href="/data/shop/-/query?sql=select+id+from+t+order+by+id"'
    expect(await page('/shop/all', ada)).toContain(link)
    expect(await page('/shop/all')).not.toContain('/-/query')
  })

  it('marks what only some may see, and tells that there are more rows', async () => {
    expect(await page('/shop/for_ada', ada)).toContain('private')
    expect(await page('/shop/all')).toContain('These are the first 3 rows')
  })

  it('says what is wrong, with status 400', async () => {
    const response = await server.request('/shop/broken')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('no such table: nope')
  })
})
