import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../testing.ts'

let server: TestServer
const ada = { id: 'ada' }
const bob = { id: 'bob' }
const eve = { id: 'eve' }
const root = { id: 'root' }

beforeEach(async () => {
  server = await createTestServer({
    rootEnabled: true,
    databases: {
      shop: `
        CREATE TABLE cats (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE dogs (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO cats (name) VALUES ('Tom'), ('Kit');
      `,
    },
    config: {
      databases: {
        shop: {
          permissions: {
            'store-query': { id: ['ada', 'bob'] },
            'execute-write-sql': { id: ['ada', 'bob'] },
          },
          tables: {
            cats: { permissions: { 'insert-row': ada, 'update-row': ada, 'delete-row': ada } },
          },
          queries: { popular: 'select 1' },
        },
      },
    },
  })
})

afterEach(() => server.close())

const QUERY = {
  name: 'short',
  sql: 'select name from cats where length(name) <= :most',
  title: 'Short names',
}
const send = async (path: string, json: unknown, rest: TestRequest = { actor: ada }) => {
  const response = await server.request(`/shop${path}`, { json, ...rest })
  return { status: response.status, body: Object(await response.json()) }
}
const save = (query: object, rest?: TestRequest) => send('/-/queries/store', { query }, rest)
const get = async (path: string, actor?: object) => {
  const response = await server.request(`/shop${path}`, actor === undefined ? {} : { actor: { ...actor } })
  return { status: response.status, body: Object(await response.json()) }
}

describe('POST /:database/-/queries/store', () => {
  it('saves a query, private at first', async () => {
    const { status, body } = await save({ ...QUERY, parameters: ['most'] })
    expect(status).toBe(201)
    expect(body).toEqual({
      ok: true,
      unstable: expect.any(String),
      query: {
        database: 'shop',
        name: 'short',
        sql: QUERY.sql,
        title: 'Short names',
        description: null,
        description_html: null,
        hide_sql: false,
        fragment: null,
        parameters: ['most'],
        is_write: false,
        is_private: true,
        is_trusted: false,
        source: 'user',
        owner_id: 'ada',
        on_success_message: null,
        on_success_message_sql: null,
        on_success_redirect: null,
        on_error_message: null,
        on_error_redirect: null,
      },
    })
    expect(await get('/short.json?most=3&_shape=arrayfirst', ada)).toMatchObject({ status: 200 })
  })

  it.each([
    [{ query: 1 }, 400, 'JSON must contain a query dictionary'],
    [[], 400, 'JSON must be a dictionary'],
    [{ query: { ...QUERY, x: 1 } }, 400, 'Invalid keys: x'],
    [{ query: { ...QUERY, is_trusted: true } }, 400, 'Invalid keys: is_trusted'],
    [{ query: { ...QUERY, source: 'config' } }, 400, 'Invalid keys: source'],
    [
      { query: { ...QUERY, on_success_message_sql: 'select 1' } },
      400,
      'Invalid keys: on_success_message_sql',
    ],
    [{ query: { sql: 'select 1' } }, 400, 'Query name is required'],
    [{ query: { ...QUERY, name: 'a/b' } }, 400, 'Invalid query name'],
    [{ query: { ...QUERY, name: 'a.b' } }, 400, 'Invalid query name'],
    [{ query: { ...QUERY, name: '-' } }, 400, 'Invalid query name'],
    [{ query: { ...QUERY, name: 'cats' } }, 400, 'Query name conflicts with a table or view'],
    [{ query: { ...QUERY, name: 'popular' } }, 400, 'Query already exists'],
    [{ query: { name: 'a' } }, 400, 'SQL is required'],
    [{ query: { ...QUERY, sql: 'select nope' } }, 400, 'Could not analyze query: no such column: nope'],
    [{ query: { ...QUERY, sql: 'select :_actor_id' } }, 400, 'Magic parameters are not allowed'],
    [{ query: { ...QUERY, parameters: ['x'] } }, 400, 'parameters must match SQL named parameters'],
    [{ query: { ...QUERY, parameters: [1] } }, 400, 'parameters must be a list of strings'],
    [{ query: { ...QUERY, title: 5 } }, 400, '"title" must be a string'],
    [{ query: { ...QUERY, on_success_message: 'x' } }, 400, 'Writable query fields require writable SQL'],
    [
      { query: { ...QUERY, sql: 'delete from dogs' } },
      403,
      'Permission denied: need delete-row on shop/dogs',
    ],
    [
      { query: { ...QUERY, sql: 'with a as (select 1) delete from dogs' } },
      403,
      'Permission denied: need delete-row on shop/dogs',
    ],
    [{ query: { ...QUERY, sql: 'vacuum' } }, 403, 'VACUUM is not allowed in user-supplied SQL'],
    [
      { query: { ...QUERY, sql: 'delete from cats', on_success_redirect: 'https://evil.example/' } },
      400,
      'on_success_redirect must be a path on this server, such as /shop',
    ],
  ])('refuses %j', async (json, status, error) => {
    expect(await send('/-/queries/store', json)).toMatchObject({ status, body: { ok: false, error } })
    expect((await get('/-/queries.json', ada)).body.queries).toHaveLength(1)
  })

  it('saves a name once, whoever comes at the same time', async () => {
    const all = await Promise.all([ada, bob, ada].map((actor) => save(QUERY, { actor })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  it('is for those with the right to', async () => {
    expect(await save(QUERY, { actor: eve })).toMatchObject({
      status: 403,
      body: { error: 'Permission denied: need store-query' },
    })
    const token = signToken(server.signer, { a: 'ada', t: server.now(), _r: { d: { shop: ['vd', 'sq'] } } })
    expect(await save(QUERY, { token })).toMatchObject({
      status: 403,
      body: { error: 'Permission denied: need execute-sql' },
    })
    const noWrite = signToken(server.signer, {
      a: 'ada',
      t: server.now(),
      _r: { d: { shop: ['vd', 'es', 'sq', 'ir', 'ur', 'dr'] } },
    })
    expect((await save({ ...QUERY, sql: 'delete from cats' }, { token: noWrite })).status).toBe(403)
  })

  it('takes a form, and shows it again with what is wrong', async () => {
    const form = { name: 'cats', sql: 'select 1', title: '', description: '', is_private: '0' }
    const wrong = await server.request('/shop/-/queries/store', { form, actor: ada })
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining('Query name conflicts with a table or view'),
    ])
    const saved = await server.request('/shop/-/queries/store', {
      form: { ...form, name: 'one' },
      actor: ada,
    })
    expect([saved.status, saved.headers.get('location')]).toEqual([302, '/shop/one'])
    expect(await get('/one.json?_shape=arrayfirst')).toEqual({ status: 200, body: [1] })
  })
})

describe('a private query', () => {
  it('is its owner’s alone, even against root', async () => {
    await save(QUERY)
    for (const actor of [bob, root]) {
      for (const path of [
        '/short',
        '/short.json',
        '/short/-/definition',
        '/short/-/edit',
        '/short/-/delete',
        '/short.csv',
      ]) {
        expect([path, (await server.request(`/shop${path}`, { actor })).status]).toEqual([path, 403])
      }
      expect((await send('/short/-/update', { update: { is_private: false } }, { actor })).status).toBe(403)
      expect((await send('/short/-/delete', {}, { actor })).status).toBe(403)
      const listed = JSON.stringify([
        (await get('/-/queries.json', actor)).body,
        (await get('.json', actor)).body,
        await (await server.request('/-/jump.json?q=short', { actor })).json(),
        await (await server.request('/-/allowed.json?action=view-query', { actor })).json(),
      ])
      expect(listed).not.toContain('short')
    }
    expect((await get('/short/-/definition', ada)).status).toBe(200)
    expect((await get('/-/queries.json?is_private=1', ada)).body).toMatchObject({
      queries: [{ name: 'short', private: true }],
      show_private_note: true,
    })
  })

  it('is not for the number that looks like its owner’s name', async () => {
    await server.close()
    server = await createTestServer({
      databases: { shop: 'CREATE TABLE t (a)' },
      config: { permissions: { 'store-query': true } },
    })
    expect((await save({ name: 'q', sql: 'select 1' }, { actor: { id: '42' } })).status).toBe(201)
    expect((await get('/q.json', { id: '42' })).status).toBe(200)
    expect((await get('/q.json', { id: 42 })).status).toBe(403)
    expect((await save({ name: 'r', sql: 'select 1' }, {})).status).toBe(400)
    expect((await save({ name: 'r', sql: 'select 1', is_private: false }, {})).status).toBe(201)
  })
})

describe('a published query', () => {
  it('that reads needs execute-sql of its reader', async () => {
    await save({ ...QUERY, is_private: false })
    expect((await get('/short.json?most=3')).status).toBe(200)
    const token = signToken(server.signer, { a: 'eve', t: server.now(), _r: { a: ['vi', 'vd', 'vq', 'vt'] } })
    const response = await server.request('/shop/short.json?most=3', { token })
    expect(response.status).toBe(403)
  })

  it('that writes runs with the rights of who runs it', async () => {
    const query = {
      name: 'forget',
      sql: 'delete from cats where name = :name',
      is_private: false,
      on_success_message: 'Gone',
      on_success_redirect: '/shop/cats',
    }
    expect((await save(query)).body.query).toMatchObject({ is_write: true, is_trusted: false })
    expect((await send('/forget', { name: 'Tom', _json: 1 }, {})).status).toBe(403)
    expect((await send('/forget', { name: 'Tom', _json: 1 }, { actor: eve })).status).toBe(403)
    expect(await send('/forget', { name: 'Tom', _json: 1 }, { actor: bob })).toMatchObject({
      status: 403,
      body: { error: 'Permission denied: need delete-row on shop/cats' },
    })
    const token = signToken(server.signer, {
      a: 'ada',
      t: server.now(),
      _r: { d: { shop: ['vd', 'vq', 'ews'] } },
    })
    expect((await send('/forget', { name: 'Tom', _json: 1 }, { token })).status).toBe(403)
    expect(await send('/forget', { name: 'Tom', _json: 1 })).toEqual({
      status: 200,
      body: { ok: true, message: 'Gone', redirect: '/shop/cats' },
    })
  })

  it('gives way to a table of its name', async () => {
    await save({ ...QUERY, name: 'birds', is_private: false })
    await server.request('/shop/-/create', { json: { table: 'birds', row: { id: 1 } }, actor: root })
    expect((await get('/birds.json?most=3')).body.query).toBeUndefined()
  })
})

describe('changing and deleting', () => {
  it('is for the owner, and for those with the right to', async () => {
    await save({ ...QUERY, is_private: false })
    expect((await send('/short/-/update', { update: { title: 'x' } }, { actor: bob })).status).toBe(403)
    const changed = await send('/short/-/update', { update: { title: 'Tiny' }, return: true })
    expect(changed).toMatchObject({
      status: 200,
      body: { ok: true, query: { title: 'Tiny', sql: QUERY.sql } },
    })
    expect(await send('/short/-/update', { update: { sql: 'select 2' } }, { actor: root })).toEqual({
      status: 200,
      body: { ok: true },
    })
    expect(await get('/short.json?_shape=arrayfirst')).toMatchObject({ body: [2] })
    expect((await send('/short/-/delete', {}, { actor: bob })).status).toBe(403)
    expect(await send('/short/-/delete', {})).toEqual({ status: 200, body: { ok: true } })
    expect((await get('/short.json')).status).toBe(404)
  })

  it.each([
    [{ update: { name: 'other' } }, 400, 'Invalid keys: name'],
    [{ update: { owner_id: 'eve' } }, 400, 'Invalid keys: owner_id'],
    [{}, 400, 'JSON must contain an update dictionary'],
    [{ update: {}, x: 1 }, 400, 'Invalid keys: x'],
    [{ update: { sql: 'delete from dogs' } }, 403, 'Permission denied: need delete-row on shop/dogs'],
    [{ update: { on_error_message: 'x' } }, 400, 'Writable query fields require writable SQL'],
  ])('refuses %j', async (json, status, error) => {
    await save(QUERY)
    expect(await send('/short/-/update', json)).toMatchObject({ status, body: { error } })
    expect((await get('/short/-/definition', ada)).body.query).toMatchObject({ sql: QUERY.sql })
  })

  it('leaves the configuration alone', async () => {
    for (const [path, words] of [
      ['/popular/-/update', 'Trusted queries cannot be updated using the API'],
      ['/popular/-/delete', 'Trusted queries cannot be deleted using the API'],
    ] as const) {
      expect(await send(path, { update: {} }, { actor: root })).toMatchObject({
        status: 403,
        body: { error: words },
      })
    }
    expect(await send('/nope/-/update', { update: {} }, { actor: root })).toMatchObject({
      status: 404,
      body: { error: 'Query not found: nope' },
    })
  })

  it('has pages', async () => {
    await save({ ...QUERY, is_private: false })
    const text = async (path: string) => (await server.request(`/shop${path}`, { actor: ada })).text()
    expect(await text('/short')).toContain('/shop/short/-/edit')
    expect(await (await server.request('/shop/short', { actor: bob })).text()).not.toContain('/-/edit')
    expect(await text('/short/-/edit')).toContain('Short names')
    const form = { sql: QUERY.sql, title: 'Tiny', description: '', is_private: '1' }
    const edited = await server.request('/shop/short/-/edit', { form, actor: ada })
    expect([edited.status, edited.headers.get('location')]).toEqual([302, '/shop/short'])
    expect((await get('/short.json', bob)).status).toBe(403)
    expect(await text('/short/-/delete')).toContain('Delete the query “Tiny”?')
    const gone = await server.request('/shop/short/-/delete', { form: { confirm: '1' }, actor: ada })
    expect([gone.status, gone.headers.get('location')]).toEqual([302, '/shop'])
    expect(await text('/-/query?sql=select+1')).toContain('/shop/-/queries/store?sql=select+1')
  })
})

describe('GET /:database/-/queries/analyze', () => {
  it('tells whether a statement could be saved', async () => {
    const analyze = (sql: string) => get(`/-/queries/analyze?sql=${encodeURIComponent(sql)}`, ada)
    expect((await analyze('select :a')).body).toMatchObject({
      ok: true,
      parameters: ['a'],
      has_sql: true,
      analysis_is_write: false,
      save_disabled: false,
    })
    expect((await analyze('delete from cats')).body).toMatchObject({
      analysis_is_write: true,
      analysis_rows: [{ operation: 'delete', table: 'cats', allowed: true }],
      save_disabled: false,
    })
    expect((await analyze('delete from dogs')).body).toMatchObject({
      analysis_rows: [{ operation: 'delete', table: 'dogs', allowed: false }],
      save_disabled: true,
    })
    expect((await analyze('select nope')).body).toMatchObject({
      ok: false,
      analysis_error: 'Could not analyze query: no such column: nope',
    })
    expect((await analyze('')).body).toMatchObject({ ok: true, has_sql: false, save_disabled: true })
  })
})
