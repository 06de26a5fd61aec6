import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'

let server: TestServer
const actor = { id: 'root' }

beforeAll(async () => {
  server = await createTestServer({
    rootEnabled: true,
    databases: {
      shop: `
        CREATE TABLE cats (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE log (what TEXT);
        CREATE TRIGGER noted AFTER INSERT ON cats BEGIN INSERT INTO log VALUES (new.name); END;
        INSERT INTO cats (name) VALUES ('Tom'), ('Kit');
      `,
      old: 'CREATE TABLE cats (id INTEGER PRIMARY KEY)',
    },
    immutable: ['old'],
    config: { databases: { shop: { queries: { popular: 'select 1' } } } },
  })
})

afterAll(() => server.close())

const PATH = '/shop/-/execute-write'
const json = async (body: unknown, path = PATH) => {
  const response = await server.request(path, { json: body, actor })
  return { status: response.status, body: Object(await response.json()) }
}
const names = async () => {
  const response = await server.request(
    '/shop/-/query.json?_shape=arrayfirst&sql=select+name+from+cats+order+by+id',
    { actor },
  )
  return response.json()
}

describe('POST /:database/-/execute-write', () => {
  it('runs a statement and tells what it did', async () => {
    const insert = 'insert into cats (id, name) values (:id, :name)'
    expect(await json({ sql: insert, params: { id: 3, name: 'Mog' } })).toEqual({
      status: 200,
      body: {
        ok: true,
        message: 'Query executed, 1 row affected',
        rowcount: 1,
        rows: [],
        truncated: false,
        analysis: [
          {
            operation: 'insert',
            database: 'shop',
            table: 'cats',
            required_permission: 'insert-row, update-row, delete-row',
            source: null,
          },
          {
            operation: 'insert',
            database: 'shop',
            table: 'log',
            required_permission: 'insert-row, update-row, delete-row',
            source: 'noted',
          },
          {
            operation: 'read',
            database: 'shop',
            table: 'cats',
            required_permission: 'view-table',
            source: 'noted',
          },
        ],
      },
    })
  })

  it('leaves a trace of what was changed', async () => {
    const rows = await server.store
      .withTables<{ tapedeck_audit: { table_name: string; num_rows: number; details: string } }>()
      .selectFrom('tapedeck_audit')
      .select(['table_name', 'num_rows', 'details'])
      .where(sql<string>`event`, '=', 'execute-write')
      .execute()
    const details = '{"query":null,"operations":["insert"]}'
    // How many of the rows are of which table is not known.
    expect(rows).toEqual([
      { table_name: 'cats', num_rows: null, details },
      { table_name: 'log', num_rows: null, details },
    ])
  })

  it('returns at most ten rows, and changes all', async () => {
    const many =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12) insert into log select 'x' from n returning what, 9007199254740993 as big"
    const { body } = await json({ sql: many })
    expect(body).toMatchObject({ rowcount: 12, truncated: true, message: 'Query executed, 12 rows affected' })
    expect(body.rows).toHaveLength(10)
    const ten =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) insert into log select 'x' from n returning what"
    expect(await json({ sql: ten })).toMatchObject({ body: { truncated: false, rows: { length: 10 } } })
  })

  it('tells of a new table, and not of what SQLite keeps beside it', async () => {
    const { body } = await json({
      sql: 'create table counted (id integer primary key autoincrement, name unique)',
    })
    expect(body).toMatchObject({ ok: true, analysis: [{ operation: 'create', table: 'counted' }] })
  })

  it('has no count of rows for what changes none', async () => {
    expect(await json({ sql: 'create table toys (id integer primary key)' })).toMatchObject({
      status: 200,
      body: { message: 'Query executed', rowcount: -1 },
    })
    expect(await json({ sql: 'drop table toys' })).toMatchObject({ body: { rowcount: -1 } })
  })

  it.each([
    [[], 400, 'JSON must be a dictionary'],
    [{}, 400, 'SQL is required'],
    [{ sql: ' ' }, 400, 'SQL is required'],
    [{ sql: 5 }, 400, 'SQL is required'],
    [{ sql: 'delete from cats', zz: 1 }, 400, 'Invalid keys: zz'],
    [{ sql: 'delete from cats', params: [1] }, 400, 'params must be a dictionary'],
    [{ sql: 'delete from cats', params: { zz: 1 } }, 400, 'Unknown parameters: zz'],
    [{ sql: 'delete from cats where id = :_actor_id' }, 400, 'Magic parameters are not allowed'],
    [{ sql: 'delete from nowhere' }, 400, 'Could not analyze query: no such table: nowhere'],
    [{ sql: 'delete cats' }, 400, 'Could not analyze query: near "cats": syntax error'],
    [{ sql: 'insert into cats (id) values (1)' }, 400, 'UNIQUE constraint failed: cats.id'],
    [
      { sql: 'delete from cats; delete from log' },
      400,
      'Could not analyze query: You can only execute one statement at a time.',
    ],
    [{ sql: 'select 1' }, 400, 'Use /-/query for read-only SQL; this endpoint only executes writes'],
    [{ sql: 'vacuum' }, 403, 'VACUUM is not allowed in user-supplied SQL'],
    [{ sql: "attach 'x' as x" }, 403, 'Unsupported SQL operation: attach database'],
    [{ sql: 'create table popular (id)' }, 400, 'There is a stored query called popular'],
    [{ sql: 'alter table cats rename to popular' }, 400, 'There is a stored query called popular'],
  ])('says what is wrong with %j', async (body, status, error) => {
    expect(await json(body)).toEqual({ status, body: { ok: false, error, errors: [error], status } })
    expect(await names()).toEqual(['Tom', 'Kit', 'Mog'])
  })

  it('refuses more parameters than SQLite takes before it looks for their values', async () => {
    const named = Array.from({ length: 32_767 }, (_, place) => `p${place}`)
    const sql = `insert into log select 1 where 1 in (${named.map((name) => `:${name}`).join(', ')})`
    const params = Object.fromEntries(named.map((name) => [name, 1]))
    const error = 'Too many parameters, maximum allowed is 32766'
    expect(await json({ sql, params })).toMatchObject({ status: 400, body: { error } })
    const query = { name: 'many', sql, parameters: named }
    const saved = await json({ query }, '/shop/-/queries/store')
    expect(saved).toMatchObject({ status: 400, body: { error } })
  })

  it('leaves an immutable file alone', async () => {
    expect(await json({ sql: 'delete from cats' }, '/old/-/execute-write')).toMatchObject({
      status: 403,
      body: { error: 'Database is immutable' },
    })
    expect((await server.request('/old/-/execute-write', { actor })).status).toBe(403)
  })

  it('takes a form, its parameters by name or with a prefix', async () => {
    const form = { sql: 'update cats set name = :sql where id = :id', id: '1', _sql_param_sql: 'Tim' }
    const response = await server.request(`${PATH}?_json=1`, { form, actor })
    expect(await response.json()).toMatchObject({ ok: true, rowcount: 1 })
    expect(await names()).toEqual(['Tim', 'Kit', 'Mog'])
  })

  it('answers a browser with a page', async () => {
    const form = { sql: 'update cats set name = :name where id = 1 returning name', name: 'Tom' }
    const page = await (await server.request(PATH, { form, actor })).text()
    expect(page).toContain('Query executed, 1 row affected')
    expect(page).toContain('<td class="cell-text">Tom</td>')
    const refused = await server.request(PATH, { form: { sql: 'vacuum' }, actor })
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('VACUUM is not allowed'),
    ])
  })

  it('does not call what has just been done an error, because it cannot be done twice', async () => {
    await json({ sql: 'create table soon_gone (id integer primary key)' })
    const html = await (await server.request(PATH, { form: { sql: 'drop table soon_gone' }, actor })).text()
    expect(html).toContain('Query executed')
    expect(html).not.toContain('no such table')
    expect(html).not.toContain('This will')
  })

  it('runs from the page only what the page has explained', async () => {
    const form = { sql: 'delete from cats', _checked: 'delete from cats where id = 99' }
    const response = await server.request(PATH, { form, actor })
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('Nothing was run'),
    ])
    expect(await names()).toEqual(['Tom', 'Kit', 'Mog'])
  })
})

describe('GET /:database/-/execute-write', () => {
  it('explains a statement before there is a button to run it', async () => {
    const empty = await (await server.request(PATH, { actor })).text()
    expect(empty).toContain('Show what it will do')
    expect(empty).not.toContain('Run it')
    const page = await (
      await server.request(`${PATH}?sql=${encodeURIComponent('delete from cats where id = :id')}`, { actor })
    ).text()
    expect(page).toContain('delete rows from cats')
    expect(page).toContain('name="_sql_param_id"')
    expect(page).toContain('Run it')
    const attach = await (await server.request(`${PATH}?sql=vacuum`, { actor })).text()
    expect(attach).not.toContain('Run it')
    expect(attach).not.toContain('This will')
  })

  it('is found from the page of the database', async () => {
    expect(await (await server.request('/shop', { actor })).text()).toContain('/shop/-/execute-write')
    expect(await (await server.request('/shop')).text()).not.toContain('/shop/-/execute-write')
    expect(await (await server.request('/old', { actor })).text()).not.toContain('/old/-/execute-write')
  })
})

describe('GET /:database/-/execute-write/analyze', () => {
  it('tells the parameters and the rights', async () => {
    const path = `${PATH}/analyze?sql=${encodeURIComponent('delete from cats where id = :id')}`
    const response = await server.request(path, { actor })
    expect(await response.json()).toMatchObject({
      ok: true,
      parameters: ['id'],
      analysis_error: null,
      analysis_rows: [
        { operation: 'delete', table: 'cats', required_permission: 'delete-row', allowed: true },
        { operation: 'read', table: 'cats', allowed: true },
      ],
      execute_disabled: false,
    })
    expect((await server.request(`${PATH}/analyze?sql=&zz=1`, { actor })).status).toBe(400)
  })

  it('does not run what makes rows only to explain it', async () => {
    const endless =
      'create table toys as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n'
    const response = await server.request(`${PATH}/analyze?sql=${encodeURIComponent(endless)}`, { actor })
    expect(await response.json()).toMatchObject({
      analysis_error: null,
      analysis_rows: [{ operation: 'create', table: 'toys', required_permission: 'create-table' }],
      execute_disabled: false,
    })
  })
})
