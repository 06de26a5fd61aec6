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
            agent: 'select :_header_user_agent as agent, :_cookie_lang as lang, :name as name',
            moment: 'select :_now_epoch as epoch, length(:_random_chars_8) as length',
            stolen: 'select :_cookie_ds_actor as cookie',
            unknown: 'select :_actress_id as id',
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
    ['reader', 'This query needs :_actor_id. Sign in to run it.'],
    ['unknown', 'You did not supply a value for binding parameter :_actress_id.'],
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

  it('fills in who reads it, and takes nobody else for them', async () => {
    const response = await server.request('/shop/reader.json?_actor_id=root&_extra=query', ada)
    expect(await response.json()).toEqual({
      ok: true,
      rows: [{ id: 'ada' }],
      query: { sql: 'select :_actor_id as id', params: {} },
      truncated: false,
    })
  })

  it('fills in the request, the moment and chance, and is not kept by anybody', async () => {
    const headers = { 'User-Agent': 'curl', Cookie: 'lang=fr' }
    const response = await server.request('/shop/agent.json?name=Bo', { headers })
    expect(await response.json()).toMatchObject({ rows: [{ agent: 'curl', lang: 'fr', name: 'Bo' }] })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await json('/shop/moment.json')).toMatchObject({ rows: [{ epoch: server.now(), length: 8 }] })
    expect((await server.request('/shop/all.json')).headers.get('cache-control')).toBe('max-age=5')
    expect((await server.request('/shop/all.json?_ttl=0')).headers.get('cache-control')).toBe('no-cache')
  })

  it('does the same in every format', async () => {
    const csv = await server.request('/shop/reader.csv', ada)
    expect(await csv.text()).toBe('id\r\nada\r\n')
    expect(csv.headers.get('cache-control')).toBe('private, no-store')
    for (const path of [
      '/shop/reader.csv',
      '/shop/stolen.csv',
      '/shop/stolen.blob?_blob_column=cookie&_blob_hash=0',
    ]) {
      const response = await server.request(path)
      expect(response.status, path).toBe(400)
    }
    expect(await (await server.request('/shop/add.csv?name=x')).text()).not.toContain('x')
    expect(await json('/shop/by_name.json?name=x')).toMatchObject({ rows: [] })
  })

  it('gives no cookie that signs somebody in away', async () => {
    const response = await server.request('/shop/stolen.json', ada)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      rows: [],
      error: 'No query may use :_cookie_ds_actor, because it holds what signs somebody in.',
    })
  })

  it('describes itself where that is asked for', async () => {
    expect(await json('/shop/by_name.json?name=Bo&_extra=columns,query,metadata,private')).toMatchObject({
      columns: ['id', 'name'],
      query: { params: { sql: '', name: 'Bo' } },
      metadata: { name: 'by_name', title: 'By <name>', parameters: ['sql', 'name', 'unused'] },
      private: false,
    })
    const response = await server.request('/shop/for_ada.json?_extra=private', ada)
    expect(await response.json()).toMatchObject({ private: true })
    expect(await json('/shop/all.json?_extra=count')).toMatchObject({ error: 'Unknown _extra: count' })
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
    expect(response.headers.get('cache-control')).toBe('private, max-age=5')
    expect(response.headers.get('vary')).toBe('Authorization, Cookie')
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
    ['/shop/add.json?name=x', { ok: true, rows: [], truncated: false }],
    ['/shop/add.json?name=x&_shape=array', []],
    ['/shop/add.json?name=x&_extra=columns', { ok: true, rows: [], columns: [], truncated: false }],
  ])('answers %s without running', async (path, document) => {
    const response = await server.request(path)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(document)
    expect(await json('/shop/by_name.json?name=x')).toMatchObject({ rows: [] })
  })

  it('shows as a page what it is, and runs nothing', async () => {
    const response = await server.request('/shop/add?name=x')
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('This query changes data')
    expect(html).toContain('insert into t (name) values (:name)')
    expect(html).not.toContain('<form class="form" method="get"')
    expect(await (await server.request('/shop/add', ada)).text()).not.toContain('Edit SQL')
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

  it('has no field for what is filled in, and does not lead to where it would not be', async () => {
    const asked = { ...ada, headers: { 'User-Agent': 'curl' } }
    const html = await page('/shop/agent?name=', asked)
    // Nobody has given a value yet: there is a form, and nothing has run.
    expect(await page('/shop/agent', asked)).not.toContain('curl</td>')
    expect(html).toMatch(/<input[^>]* name="name"/)
    expect(html).not.toContain('name="_header_user_agent"')
    expect(html).toContain('curl</td>')
    expect(html).not.toContain('Edit SQL')
  })

  it('says whom it needs', async () => {
    const response = await server.request('/shop/reader')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('This query needs :_actor_id. Sign in to run it.')
  })

  it('has no form without parameters', async () => {
    expect(await page('/shop/all')).not.toContain('<form class="form"')
  })

  it('hides and shows the SQL, and keeps the parameters on the way', async () => {
    const hidden = await page('/shop/a~2Eb~2Fc+d?x=1')
    expect(hidden).not.toContain('select 8')
    expect(hidden).toContain('<a href="/data/shop/a~2Eb~2Fc+d?x=1&amp;_show_sql=1">Show SQL</a>')
    const shown = await page('/shop/a~2Eb~2Fc+d?_show_sql=1&x=1')
    expect(shown).toContain('select 8')
    expect(shown).toContain('<a href="/data/shop/a~2Eb~2Fc+d?x=1">Hide SQL</a>')

    const asked = await page('/shop/by_name?name=Bo&_hide_sql=1')
    expect(asked).not.toContain('where name = :name')
    expect(asked).toContain('<input type="hidden" name="_hide_sql" value="1"/>')
    expect(asked).toContain('<a href="/data/shop/by_name?name=Bo">Show SQL</a>')
  })

  it('shows a description in HTML in place of one in text', async () => {
    expect(await page('/shop/constant')).toContain('<div class="lead description"><b>bold</b></div>')
  })

  it('leads those who may run SQL to the query page', async () => {
    const link = 'href="/data/shop/-/query?sql=select+id+from+t+order+by+id"'
    expect(await page('/shop/all', ada)).toContain(link)
    expect(await page('/shop/all')).not.toContain('/-/query')
    expect(await page('/shop/constant', ada)).not.toContain('Edit SQL')
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

describe('GET /:database/:query/-/definition', () => {
  it('tells what the query is', async () => {
    expect(await json('/shop/by_name/-/definition')).toEqual({
      ok: true,
      unstable: "This API is not part of Datasette's stable interface and may change at any time",
      query: {
        database: 'shop',
        name: 'by_name',
        sql: 'select id, name from t where name = :name or id = :sql',
        title: 'By <name>',
        description: 'Type a name',
        description_html: null,
        hide_sql: false,
        fragment: null,
        parameters: ['sql', 'name', 'unused'],
        is_write: false,
        is_private: false,
        is_trusted: true,
        source: 'config',
        owner_id: null,
        on_success_message: null,
        on_success_message_sql: null,
        on_success_redirect: null,
        on_error_message: null,
        on_error_redirect: null,
      },
    })
    expect(await json('/shop/a~2Eb~2Fc+d/-/definition')).toMatchObject({ query: { name: 'a.b/c d' } })
  })

  it('tells nothing to those who may not view it, and knows no query that a table hides', async () => {
    const headers = { Accept: 'application/json' }
    const closed = await server.request('/shop/for_ada/-/definition', { headers })
    expect(closed.status).toBe(403)
    expect(await closed.text()).not.toContain('select 9')
    expect((await server.request('/shop/for_ada/-/definition', ada)).status).toBe(200)
    expect((await server.request('/shop/t/-/definition')).status).toBe(404)
    const missing = await server.request('/shop/nope/-/definition')
    expect(missing.status).toBe(404)
    expect(await missing.text()).toContain('Query not found: nope')
    expect((await server.request('/gone/q/-/definition')).status).toBe(404)
  })
})

describe('GET /:database/-/query/parameters', () => {
  const ask = (sql: string, options = {}) =>
    server.request(`/shop/-/query/parameters?${new URLSearchParams({ sql }).toString()}`, options)

  it('names what needs a value, in order, in no frame', async () => {
    const response = await ask("select :b, @a, $b, ':c' -- :d\n, :_actor_id, ?1", ada)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      ok: true,
      unstable: "This API is not part of Datasette's stable interface and may change at any time",
      parameters: ['b', 'a'],
    })
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'")
    expect(response.headers.get('x-frame-options')).toBe('DENY')
    expect(await (await ask('', ada)).json()).toMatchObject({ parameters: [] })
  })

  it('is for those who may run SQL', async () => {
    expect((await ask('select :a')).status).toBe(403)
  })
})
