import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../app/test-server.ts'
import { createListener } from '../../test/support/listener.ts'

const { plugin: listener, heard } = createListener()

const anna = { id: 'anna' }
const LOGS = "create table logs (id integer primary key, line text not null check (line <> 'bad'))"
let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: `${LOGS}; insert into logs values (1, 'one'), (2, 'two')` },
    plugins: [listener],
    config: {
      databases: {
        shop: {
          permissions: Object.fromEntries(
            [
              'create-table',
              'insert-row',
              'update-row',
              'delete-row',
              'alter-table',
              'drop-table',
              'set-column-type',
            ].map((action) => [action, { id: 'anna' }]),
          ),
        },
      },
    },
  })
})
afterAll(() => server.close())
beforeEach(async () => {
  await server.settle()
  heard.length = 0
})

const post = async (path: string, json: unknown, actor: object = anna) => {
  const { status } = await server.request(path, { actor: { ...actor }, json, address: '192.0.2.7' })
  await server.settle()
  return status
}
const told = () => heard.map(({ actor: _actor, created: _created, ...rest }) => rest)
const recorded = async (): Promise<number> => {
  const { rows } = await server.store
    .withTables<{ tapedeck_audit: { event: string } }>()
    .selectFrom('tapedeck_audit')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return rows
}

const ON_LOGS = { database: 'shop', table: 'logs' }

describe('a write tells what it did', () => {
  it('many rows in one body: how many, and what else was asked for', async () => {
    const send = (path: string) =>
      server.request(`/shop/logs/-/${path}`, {
        method: 'POST',
        actor: anna,
        headers: { 'content-type': 'application/x-ndjson' },
        body: '{"id": -7, "line": "a"}\n{"id": -8, "line": "b", "more": 1}\n',
      })
    expect((await send('insert?alter=1&ignore=1')).status).toBe(201)
    expect((await send('upsert')).status).toBe(200)
    expect((await send('insert')).status).toBe(400)
    await server.settle()
    expect(told()).toEqual([
      {
        name: 'alter-table',
        ...ON_LOGS,
        before_schema: expect.any(String),
        after_schema: expect.stringContaining('more'),
      },
      { name: 'insert-rows', ...ON_LOGS, num_rows: 2, ignore: true, replace: false },
      { name: 'upsert-rows', ...ON_LOGS, num_rows: 2 },
    ])
  })

  it('insert: how many rows, by whom and when', async () => {
    expect(await post('/shop/logs/-/insert', { rows: [{ line: 'a' }, { line: 'b' }], ignore: true })).toBe(
      201,
    )
    expect(heard).toEqual([
      {
        name: 'insert-rows',
        ...ON_LOGS,
        num_rows: 2,
        ignore: true,
        replace: false,
        actor: anna,
        created: server.now(),
      },
    ])
  })

  it('upsert', async () => {
    expect(await post('/shop/logs/-/upsert', { rows: [{ id: 1, line: 'uno' }] })).toBe(200)
    expect(told()).toEqual([{ name: 'upsert-rows', ...ON_LOGS, num_rows: 1 }])
  })

  it('update and delete: the key of the row, as its address says it', async () => {
    expect(await post('/shop/logs/1/-/update', { update: { id: 10, line: 'ten' } })).toBe(200)
    expect(await post('/shop/logs/10/-/delete', {})).toBe(200)
    expect(told()).toEqual([
      { name: 'update-row', ...ON_LOGS, pks: ['1'] },
      { name: 'delete-row', ...ON_LOGS, pks: ['10'] },
    ])
  })

  it('create, with rows and without; rows for a table that is there', async () => {
    expect(await post('/shop/-/create', { table: 'a', columns: [{ name: 'id', type: 'integer' }] })).toBe(201)
    expect(await post('/shop/-/create', { table: 'b', rows: [{ id: 1 }, { id: 2 }], pk: 'id' })).toBe(201)
    expect(await post('/shop/-/create', { table: 'b', row: { id: 3 }, pk: 'id' })).toBe(201)
    const inserted = { name: 'insert-rows', database: 'shop', table: 'b', ignore: false, replace: false }
    expect(told()).toEqual([
      { name: 'create-table', database: 'shop', table: 'a', schema: expect.stringMatching(/^create table/i) },
      { name: 'create-table', database: 'shop', table: 'b', schema: expect.stringMatching(/^create table/i) },
      { ...inserted, num_rows: 2 },
      { ...inserted, num_rows: 1 },
    ])
  })

  it('columns that a write adds: the schema before and after, besides the rows', async () => {
    const alter = true
    expect(await post('/shop/b/-/insert', { row: { id: 4, x: 1 }, alter })).toBe(201)
    expect(await post('/shop/b/-/upsert', { rows: [{ id: 4, y: 1 }], alter, return: true })).toBe(200)
    expect(await post('/shop/b/4/-/update', { update: { z: 1 }, alter, return: true })).toBe(200)
    expect(await post('/shop/-/create', { table: 'b', row: { id: 5, w: 1 }, pk: 'id', alter })).toBe(201)
    expect(heard.map(({ name }) => name).join(' ')).toBe(
      'alter-table insert-rows alter-table upsert-rows alter-table update-row alter-table insert-rows',
    )
    const alterations = heard.filter((event) => event.name === 'alter-table')
    for (const [place, column] of ['x', 'y', 'z', 'w'].entries()) {
      expect(alterations[place]?.before_schema).not.toContain(`"${column}"`)
      expect(alterations[place]?.after_schema).toContain(`"${column}"`)
    }
  })

  it('alter and rename, then drop', async () => {
    const operations = [
      { op: 'add_column', args: { name: 'n', type: 'integer' } },
      { op: 'rename_table', args: { to: 'c' } },
    ]
    expect(await post('/shop/a/-/alter', { operations })).toBe(200)
    expect(await post('/shop/c/-/drop', {})).toBe(200)
    expect(await post('/shop/c/-/drop', { confirm: true })).toBe(200)
    expect(told()).toEqual([
      {
        name: 'alter-table',
        database: 'shop',
        table: 'a',
        before_schema: expect.not.stringContaining('n'.concat(' integer')),
        after_schema: expect.stringContaining('"c"'),
      },
      { name: 'rename-table', database: 'shop', old_table: 'a', new_table: 'c' },
      { name: 'drop-table', database: 'shop', table: 'c', effects: [] },
    ])
  })
})

it('the type of a column, set and taken away', async () => {
  const path = '/shop/logs/-/set-column-type'
  expect(await post(path, { column: 'line', column_type: { type: 'url' } })).toBe(200)
  expect(await post(path, { column: 'line', column_type: null })).toBe(200)
  expect(await post(path, { column: 'nope', column_type: null })).toBe(400)
  const told = { name: 'set-column-type', ...ON_LOGS, column: 'line', actor: anna, created: server.now() }
  expect(heard).toEqual([
    { ...told, column_type: 'url' },
    { ...told, column_type: null },
  ])
})

describe('nothing is told of what was not done', () => {
  it.each([
    ['a refusal', '/shop/logs/-/insert', { row: { line: 'x' } }, { id: 'bob' }, 403],
    ['a body that is wrong', '/shop/logs/-/insert', { row: { nope: 1 } }, anna, 400],
    ['a rollback', '/shop/logs/-/insert', { rows: [{ line: 'good' }, { line: 'bad' }] }, anna, 400],
    ['an upsert that fails', '/shop/logs/-/upsert', { rows: [{ id: 2, line: 'bad' }] }, anna, 400],
    ['an update that fails', '/shop/logs/2/-/update', { update: { line: 'bad' } }, anna, 400],
    ['a row that is not there', '/shop/logs/99/-/delete', {}, anna, 404],
    ['a table that is there', '/shop/-/create', { table: 'logs', columns: [{ name: 'id' }] }, anna, 400],
    ['an alter that fails', '/shop/logs/-/alter', { operations: [] }, anna, 400],
  ])('%s', async (_what, path, json, actor, status) => {
    const before = await recorded()
    expect(await post(path, json, actor)).toBe(status)
    expect(heard).toEqual([])
    expect(await recorded()).toBe(before)
  })
})

describe('signing in and out, and tokens', () => {
  it('tells of all three', async () => {
    const link = `/-/auth-token?token=${server.rootToken.text}`
    expect((await server.request(link)).status).toBe(302)
    await server.request('/-/create-token', {
      actor: anna,
      form: { expire_type: 'minutes', expire_duration: '5', 'database:shop:view-database': '1' },
    })
    await server.request('/-/create-token', { actor: anna, form: { expire_type: 'minutes' } })
    await server.request('/-/logout', { actor: anna, form: {} })
    await server.request('/-/logout', { form: {} })
    await server.settle()
    expect(heard).toEqual([
      { name: 'login', actor: { id: 'root' }, created: server.now() },
      {
        name: 'create-token',
        actor: anna,
        created: server.now(),
        expires_after: 300,
        restrict_all: [],
        restrict_database: { shop: ['vd'] },
        restrict_resource: {},
      },
      { name: 'logout', actor: anna, created: server.now() },
    ])
  })
})
