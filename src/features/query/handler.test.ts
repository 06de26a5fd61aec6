import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
/** With as many rows to an answer as there usually are. */
let roomy: TestServer

beforeAll(async () => {
  roomy = await createTestServer({ databases: { shop: 'create table t (id integer primary key)' } })
  server = await createTestServer({
    databases: {
      shop: "create table t (id integer primary key, name text); insert into t values (1, 'Ada'), (2, 'Bo')",
    },
    config: {
      settings: { max_returned_rows: 3, sql_time_limit_ms: 2000 },
      databases: { shop: { allow_sql: { unauthenticated: true, id: ['ada', 'root'] } } },
    },
  })
})

afterAll(async () => {
  await server.close()
  await roomy.close()
})

const ask = (parameters: Record<string, string>) =>
  server.request(`/shop/-/query.json?${new URLSearchParams(parameters).toString()}`)
const json = async (parameters: Record<string, string>): Promise<unknown> => (await ask(parameters)).json()

describe('GET /:database/-/query.json', () => {
  it('answers with the rows that the statement finds', async () => {
    expect(await json({ sql: 'select id, name from t order by id' })).toEqual({
      ok: true,
      rows: [
        { id: 1, name: 'Ada' },
        { id: 2, name: 'Bo' },
      ],
      truncated: false,
    })
  })

  it('fills named parameters with text, and the ones that are not given with nothing', async () => {
    const sql = "select typeof(:a) as type, :a as a, :b as b, ':c' as quoted -- :d"
    expect(await json({ sql, a: '5' })).toMatchObject({
      rows: [{ type: 'text', a: '5', b: '', quoted: ':c' }],
    })
  })

  it('does not let anybody set the parameters that stand for the reader', async () => {
    const response = await ask({ sql: 'select :_actor_id as id', _actor_id: 'root' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: 'You did not supply a value for binding parameter :_actor_id.',
    })
  })

  it('returns as many rows as the setting allows and tells that there are more', async () => {
    const sql = 'with n(i) as (select 1 union all select i + 1 from n limit 4) select i from n'
    expect(await json({ sql, _shape: 'arrays', _size: '1' })).toEqual({
      ok: true,
      rows: [[1], [2], [3]],
      truncated: true,
    })
  })

  it('takes the shapes that need no key', async () => {
    const sql = 'select id, name from t order by id'
    expect(await json({ sql, _shape: 'array' })).toHaveLength(2)
    expect(await json({ sql, _shape: 'arrayfirst' })).toEqual([1, 2])
    expect(await (await ask({ sql, _shape: 'array', _nl: 'on' })).text()).toBe(
      '{"id":1,"name":"Ada"}\n{"id":2,"name":"Bo"}',
    )
    expect(await json({ sql, _shape: 'object' })).toMatchObject({
      error: '_shape=object is only available on tables',
    })
    expect(await json({ sql, _shape: 'x' })).toMatchObject({ error: 'Invalid _shape: x' })
  })

  it('tells more where more is asked for', async () => {
    const sql = 'select 1 as a, :b as b'
    expect(
      await json({ sql, b: '2', _extra: 'columns,query,database,database_color,private,metadata' }),
    ).toEqual({
      ok: true,
      rows: [{ a: 1, b: '2' }],
      columns: ['a', 'b'],
      query: { sql, params: { b: '2' } },
      database: 'shop',
      database_color: expect.stringMatching(/^[0-9a-f]{6}$/) as string,
      private: false,
      metadata: {},
      truncated: false,
    })
    expect(await json({ sql, _extra: 'render_cell,debug,request', _shape: 'arrays' })).toEqual({
      ok: true,
      rows: [[1, '']],
      render_cell: [{}],
      debug: { url_vars: { database: 'shop', format: 'json' } },
      request: {
        url: 'http://localhost:8001/shop/-/query.json?sql=select+1+as+a%2C+%3Ab+as+b&_extra=render_cell%2Cdebug%2Crequest&_shape=arrays',
        path: '/shop/-/query.json',
        full_path:
          '/shop/-/query.json?sql=select+1+as+a%2C+%3Ab+as+b&_extra=render_cell%2Cdebug%2Crequest&_shape=arrays',
        host: 'localhost:8001',
        args: { sql: [sql], _extra: ['render_cell,debug,request'], _shape: ['arrays'] },
      },
      truncated: false,
    })
  })

  it('lists what it can tell, with the way to ask for it', async () => {
    const { extras } = (await json({ sql: 'select 1', _extra: 'extras,columns' })) as {
      extras: readonly object[]
    }
    expect(extras).toHaveLength(10)
    expect(extras).toContainEqual({
      name: 'columns',
      description: 'Names of the values in the rows',
      toggle_url: 'http://localhost:8001/shop/-/query.json?sql=select+1&_extra=extras',
      selected: true,
    })
    expect(extras).toContainEqual(
      expect.objectContaining({
        name: 'query',
        toggle_url:
          'http://localhost:8001/shop/-/query.json?sql=select+1&_extra=extras%2Ccolumns&_extra=query',
        selected: false,
      }),
    )
  })

  it('refuses to tell what it does not know, before it runs anything, but lets pages be', async () => {
    const response = await ask({ sql: 'select * from nope', _extra: 'count,zebra,columns,actor' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'Unknown _extra: actor, count, zebra' })
    expect((await server.request('/shop/-/query?sql=select+1&_extra=nope')).status).toBe(200)
  })

  it('says who may not see it', async () => {
    const closed = await createTestServer({
      databases: { shop: '' },
      config: { allow_sql: { id: 'ada' }, databases: {} },
    })
    const response = await closed.request('/shop/-/query.json?sql=select+1&_extra=private', {
      actor: { id: 'ada' },
    })
    expect(await response.json()).toMatchObject({ private: true })
    await closed.close()
  })

  it('reads JSON inside columns, and writes infinities, where that is asked for', async () => {
    const sql = `select '{"n": 9007199254740993}' as a, '[1]' as b, 'x' as c, 1e999 as d`
    const text = await (await ask({ sql, _json: 'a' })).text()
    expect(text).toContain('{"a":{"n": 9007199254740993},"b":"[1]","c":"x","d":null}')
    const both = `/shop/-/query.json?${new URLSearchParams({ sql }).toString()}&_json=a&_json=b&_json=c&_json=nope`
    expect(await (await server.request(both)).json()).toMatchObject({ rows: [{ b: [1], c: 'x' }] })
    expect(await (await ask({ sql, _json_infinity: '1' })).text()).toContain('"d":Infinity}')
    expect(await json({ sql: `select '[1, 2]' as a`, _json: 'a', _shape: 'arrayfirst' })).toEqual([[1, 2]])
    const lines = await ask({ sql: `select '{\n"a": 1}' as a`, _json: 'a', _shape: 'array', _nl: 'on' })
    expect(await lines.text()).toBe('{"a":{ "a": 1}}')
  })

  it.each(['', '  '])('asks for a statement when it gets %j', async (sql) => {
    expect(await json({ sql })).toEqual({
      ok: false,
      error: '?sql= is required',
      errors: ['?sql= is required'],
      status: 400,
    })
  })

  it.each(['update t set name = 1', 'delete from t', 'pragma table_info(t)', 'values (1)', 'selec 1'])(
    'refuses %s before it runs',
    async (sql) => {
      const response = await ask({ sql })
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        ok: false,
        error: 'Statement must be a SELECT',
        errors: ['Statement must be a SELECT'],
        status: 400,
      })
    },
  )

  it.each([
    'explain select * from t',
    'explain query plan select * from t where id = 1',
    "select name from pragma_table_info('t')",
    '-- a comment\n/* and another */ with a as (select 1) select * from a',
    'select 1;',
  ])('runs %s', async (sql) => {
    expect(await json({ sql })).toMatchObject({ ok: true })
  })

  it.each([
    ['with a as (select 3) insert into t (id) select * from a', /readonly|not authorized/],
    ['select * from pragma_user_version', /^Statement contained a disallowed PRAGMA/],
    ["select load_extension('evil')", /not authorized/],
    ['select 1; drop table t', /one statement at a time/],
    ['select 1; select 2', /one statement at a time/],
    ['select ?', /Incorrect number|no name/],
  ])('refuses %s with a 400, and changes nothing', async (sql, error) => {
    const response = await ask({ sql })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(error) as string })
    expect(await json({ sql: 'select count(*) as n from t' })).toMatchObject({ rows: [{ n: 2 }] })
  })

  it('passes on what SQLite has to say, in the shape of an answer', async () => {
    const response = await ask({ sql: 'select * from nope', _shape: 'array' })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      ok: false,
      rows: [],
      error: 'no such table: nope',
      errors: ['no such table: nope'],
      status: 400,
      truncated: false,
    })
  })

  it('cuts off what takes too long', async () => {
    const sql = 'with n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
    const response = await ask({ sql })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: 'SQL query took too long. The time limit is controlled by the sql_time_limit_ms setting.',
    })
  })

  const large = 'select hex(zeroblob(1500000)) as v union all select hex(zeroblob(1400000))'
  it.each([
    ['arrayfirst', { _shape: 'arrayfirst' }],
    ['lines', { _shape: 'array', _nl: 'on' }],
  ])('puts no more than a few MiB together for %s', async (_name, parameters) => {
    for (const sql of [large, 'select hex(zeroblob(2500000)) as v']) {
      const response = await ask({ sql, ...parameters })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        error: expect.stringContaining('Use _shape=objects or _shape=arrays') as string,
      })
    }
    expect(await json({ sql: large, _shape: 'array' })).toHaveLength(2)
  })

  it('is closed to those who may not run SQL', async () => {
    const response = await server.request('/shop/-/query.json?sql=select+1', { actor: { id: 'eve' } })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'execute-sql' })
  })

  it('T43: what a signed-in reader gets is for them alone', async () => {
    const response = await server.request('/shop/-/query.json?sql=select+1', { actor: { id: 'ada' } })
    expect(response.headers.get('cache-control')).toBe('private')
    expect(response.headers.get('vary')).toBe('Authorization, Cookie')
  })
})

describe('GET /:database/-/query', () => {
  const page = async (query: string) => {
    const response = await server.request(`/shop/-/query${query}`)
    return { status: response.status, html: await response.text() }
  }

  it('is a form as long as nothing is asked', async () => {
    const { status, html } = await page('')
    expect(status).toBe(200)
    expect(html).toContain('<textarea')
    expect(html).toContain('Nothing asked yet')
    expect(html).not.toContain('Hide SQL')
  })

  it('shows the rows, the statement and a field for each parameter', async () => {
    const { html } = await page('?sql=select+40+%2B+:more+as+answer&more=2')
    expect(html).toContain('answer')
    expect(html).toContain('<td class="cell-number">42</td>')
    expect(html).toContain('select 40 + :more as answer</textarea>')
    expect(html).toMatch(/<input[^>]* name="more"[^>]* value="2"/)
  })

  it('leads to the same rows as JSON and CSV', async () => {
    const { html } = await page('?sql=select+:a&a=%22')
    expect(html).toContain('href="/shop/-/query.json?sql=select+%3Aa&amp;a=%22"')
    expect(html).toContain('href="/shop/-/query.csv?sql=select+%3Aa&amp;a=%22"')
  })

  it('hides the SQL and shows it again, and keeps what was asked', async () => {
    const shown = await page('?sql=select+:a+as+x&a=1')
    expect(shown.html).toContain(
      'href="/shop/-/query?sql=select+%3Aa+as+x&amp;a=1&amp;_hide_sql=1">Hide SQL</a>',
    )
    const { html } = await page('?sql=select+:a+as+x&_hide_sql=1&a=1')
    expect(html).not.toContain('<textarea')
    expect(html).toContain('<input type="hidden" name="sql" value="select :a as x"/>')
    expect(html).toContain('<input type="hidden" name="_hide_sql" value="1"/>')
    expect(html).toMatch(/<input[^>]* name="a"[^>]* value="1"/)
    expect(html).toContain('href="/shop/-/query?sql=select+%3Aa+as+x&amp;a=1">Show SQL</a>')
    const wrong = await page('?sql=select+*+from+nope&_hide_sql=1')
    expect(wrong.status).toBe(400)
    expect(wrong.html).toContain('no such table: nope')
  })

  it('says by the statement what is wrong, keeps the values, and has status 400', async () => {
    const { html } = await page('?sql=select+:a+from+nope&a=kept')
    expect(html).toMatch(/<textarea[^>]* aria-invalid="true"[^>]*>select :a from nope<\/textarea>/)
    expect(html).toMatch(/<input[^>]* name="a"[^>]* value="kept"/)

    const refused = await page('?sql=drop+table+t')
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('Statement must be a SELECT')
    const failed = await page('?sql=select+*+from+nope')
    expect(failed.status).toBe(400)
    expect(failed.html).toContain('no such table: nope')
    expect(failed.html).toContain('select * from nope</textarea>')
  })

  it('tells that there are more rows', async () => {
    const { html } = await page('?sql=select+1+union+select+2+union+select+3+union+select+4')
    expect(html).toContain('These are the first 3 rows')
  })

  it('holds only so many values, and tells that there are more', async () => {
    const columns = Array.from({ length: 1000 }, () => '1').join(',')
    const sql = `with n(i) as (select 1 union all select i + 1 from n limit 1000) select ${columns} from n`
    const response = await roomy.request(`/shop/-/query?${new URLSearchParams({ sql }).toString()}`)
    const html = await response.text()
    expect(html).toContain('These are the first 20 rows')
    expect(html.match(/<tr>/g)).toHaveLength(21)
  })

  it('holds only so many bytes, and tells that there are more', async () => {
    const { html } = await page('?sql=select+hex(zeroblob(300000))+union+all+select+hex(zeroblob(300000))')
    expect(html).toContain('This is the first row')
  })

  it('repeats no long address in a header', async () => {
    const link = async (sql: string) =>
      (await server.request(`/shop/-/query?${new URLSearchParams({ sql }).toString()}`)).headers.get('link')
    expect(await link('select 1')).toContain('rel="alternate"')
    expect(await link(`select '${'x'.repeat(2048)}'`)).toBeNull()
  })

  it('tells that nothing was found', async () => {
    expect((await page('?sql=select+1+where+0')).html).toContain('found nothing')
  })
})
