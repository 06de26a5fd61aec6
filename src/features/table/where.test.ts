import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table t (id integer primary key, n integer, name text);
        insert into t values (1, 5, 'a'), (2, 4, '('), (3, 3, 'c'), (4, 2, null), (5, 1, 'e');
        create table log (what text);
        insert into log values ('a'), ('b'), ('c');
        create view v as select name from t;`,
      closed: 'create table t (id integer primary key)',
    },
    config: { databases: { closed: { allow_sql: { id: 'ada' } } } },
  })
})
afterAll(() => server.close())

const where = (...conditions: string[]) =>
  new URLSearchParams(conditions.map((condition): [string, string] => ['_where', condition])).toString()
const ids = async (...conditions: string[]): Promise<unknown> =>
  (await server.request(`/shop/t.json?_shape=arrayfirst&${where(...conditions)}`)).json()

describe('?_where= on a table as JSON', () => {
  it('leaves the rows that meet every condition', async () => {
    expect(await ids('n > 2')).toEqual([1, 2, 3])
    expect(await ids('n > 2', 'n < 5')).toEqual([2, 3])
    expect(await ids('n = 1 or n = 2', 'name is not null')).toEqual([5])
  })

  it('takes brackets in text, comments, and questions about other tables', async () => {
    expect(await ids("name = '(' -- not )")).toEqual([2])
    expect(await ids("n in (select 4) /* ) */ and name = '('")).toEqual([2])
    expect(await ids("(select count(*) from log) = 3 and [name] = 'c'")).toEqual([3])
  })

  it('keeps its conditions and the order through the pages', async () => {
    const conditions = where('n = 1 or n > 2', 'id > 1')
    const first = await server.request(`/shop/t.json?_size=2&_sort=n&${conditions}`)
    expect(await first.json()).toMatchObject({
      rows: [{ id: 5 }, { id: 3 }],
      next: '3,3',
      next_url: `http://localhost:8001/shop/t.json?_size=2&${conditions}&_next=3%2C3&_sort=n`,
    })
    const second = await server.request(`/shop/t.json?_size=2&_sort=n&_next=3,3&${conditions}`)
    expect(await second.json()).toMatchObject({ rows: [{ id: 2 }], next: null })
  })

  it('pages views and tables without a key too', async () => {
    const log = await server.request(`/shop/log.json?_size=1&_next=1&${where("what <> 'b'")}`)
    expect(await log.json()).toMatchObject({ rows: [{ rowid: 3, what: 'c' }], next: null })
    const view = await server.request(`/shop/v.json?_size=2&_next=2&${where('name is not null')}`)
    expect(await view.json()).toMatchObject({ rows: [{ name: 'c' }, { name: 'e' }], next: null })
  })

  it.each([
    ['nonsense here', 'near "here": syntax error'],
    ['nope = 1', 'no such column: nope'],
    ['count(*) > 1', 'misuse of aggregate function count()'],
    ['1; delete from t', 'near ";": syntax error'],
    ["load_extension('x')", 'not authorized to use function: load_extension'],
    ['', '_where= must be an SQL condition'],
    [' -- 1', '_where= must be an SQL condition'],
    ['1) or (1', '_where= has brackets that do not match'],
    ['1) limit 1 --', '_where= has brackets that do not match'],
    ['(1', '_where= has brackets that do not match'],
    ['id > :p0', '_where= takes no parameters: write the value instead of :p0'],
    ['id = ?', '_where= takes no parameters: write the value instead of ?'],
  ])('refuses %j', async (condition, message) => {
    const response = await server.request(`/shop/t.json?_next=1&${where(condition)}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ ok: false, error: message, errors: [message], status: 400 })
  })

  it.each(["x' or 1", '/* 1', 'a\0b'])('refuses %j, whatever SQLite calls it', async (condition) => {
    const response = await server.request(`/shop/t.json?${where(condition)}`)
    expect(response.status).toBe(400)
  })
})

describe('who may give a condition', () => {
  const path = `/closed/t.json?${where('1')}`

  it('is who may run SQL in the database', async () => {
    const response = await server.request(path)
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: '_where= is not allowed', status: 403 })
    expect((await server.request(path, { actor: { id: 'ada' } })).status).toBe(200)
    expect((await server.request('/closed/t.json')).status).toBe(200)
  })

  it('says no before it says what is wrong with it', async () => {
    expect((await server.request(`/closed/t?${where('1) --')}`)).status).toBe(403)
    expect((await server.request('/closed/t.json?_where=')).status).toBe(403)
  })

  it('tells a program what its token lacks', async () => {
    const response = await server.request(path)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
  })
})

describe('?_where= on the page of a table', () => {
  const page = async (parameters: string) => (await server.request(`/shop/t?${parameters}`)).text()

  it('shows the conditions, and keeps them in the links of the page', async () => {
    const html = await page(`_size=2&${where('n > 1', "name <> '<b>'")}`)
    expect(html).toContain(
      ', only those with <code>n &gt; 1</code> and <code>name &lt;&gt; &#39;&lt;b&gt;&#39;</code>',
    )
    expect(html).toContain('href="/shop/t?_size=2">Show all rows')
    expect(html).toMatch(/href="[^"]*_where=n\+%3E\+1[^"]*_next=2"/)
    expect(html).toMatch(/href="[^"]*_where=n\+%3E\+1[^"]*_sort=n"/)
    expect(html).toMatch(/href="\/shop\/t\.json\?[^"]*_where=n\+%3E\+1/)
  })

  it('tells that no row meets them', async () => {
    expect(await page(where('n > 100'))).toContain('No row of this table meets all conditions')
  })

  it('says what is wrong as a page', async () => {
    const response = await server.request(`/shop/t?${where('nope')}`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('no such column: nope')
  })
})
