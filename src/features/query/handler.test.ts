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
  })

  it('shows the rows, the statement and a field for each parameter', async () => {
    const { html } = await page('?sql=select+40+%2B+:more+as+answer&more=2')
    expect(html).toContain('answer')
    expect(html).toContain('<td class="cell-number">42</td>')
    expect(html).toContain('select 40 + :more as answer</textarea>')
    expect(html).toMatch(/<input[^>]* name="more"[^>]* value="2"/)
  })

  it('says by the form what is wrong, with status 400', async () => {
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
