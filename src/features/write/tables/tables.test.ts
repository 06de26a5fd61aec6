import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import type { Restrictions } from '../../../permissions/restrictions.ts'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { refused, rowsIn, saidIn } from '../../../../test/support/write-api.ts'

/** Where a refused client learns more. */
const METADATA =
  'resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/shop/-/create"'

const SCHEMA = `
  create table items (id integer primary key, name text not null);
  insert into items values (1, 'bolt'), (2, 'nut');
  create table codes (code text unique, label text);
  create table pairs (a text, b text, primary key (a, b));
  create table secret (id integer primary key, word text);
  insert into secret values (1, 's3cret');
  create table gone (id integer primary key);
  create table owners (id integer primary key);
  create table pets (id integer primary key, owner integer references owners(id));
  insert into owners values (1);
  insert into pets values (1, 1);
  create virtual table notes using fts5(body);
  create view few as select * from items;
`
const ALL = { id: 'all' }
/** May create tables and add rows, but not to the table `secret`, and see everything else. */
const MAKER = { id: 'maker' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      settings: { max_insert_rows: 3 },
      permissions: {
        'create-table': { id: ['all', 'maker'] },
        'drop-table': { id: 'all' },
        'insert-row': { id: ['all', 'maker'] },
        'update-row': { id: 'all' },
        'alter-table': { id: 'all' },
      },
      databases: {
        shop: {
          tables: { secret: { allow: { id: 'all' }, permissions: { 'insert-row': { id: 'all' } } } },
        },
      },
    },
  })
})

afterAll(() => server.close())

type Actor = { readonly id: string }
const post = async (path: string, json: unknown, actor: Actor = ALL) => {
  return saidIn(await server.request(`/shop/${path}`, { json, actor }))
}
const create = (json: unknown, actor?: Actor) => post('-/create', json, actor)
const rows = (sql: string) => rowsIn(server, sql)
const isThere = async (table: string) =>
  (await server.request(`/shop/${table}.json?_size=0`, { actor: ALL })).status === 200

describe('POST /:database/-/create', () => {
  it('makes a table from columns and tells where it is', async () => {
    const columns = [
      { name: 'id', type: 'integer' },
      { name: 'odd "name"', not_null: true, default: "it's; drop table items" },
      { name: 'item', type: 'integer', fk_table: 'items', fk_column: 'id' },
      { name: 'code', fk_table: 'codes', fk_column: 'code' },
      { name: 'parent', type: 'integer', fk_table: 'to ols' },
      { name: 'made', default_expr: 'current_unixtime_ms', type: 'integer' },
    ]
    expect(await create({ table: 'to ols', columns, pk: 'id' })).toEqual({
      status: 201,
      json: {
        ok: true,
        database: 'shop',
        table: 'to ols',
        table_url: 'http://localhost:8001/shop/to+ols',
        table_api_url: 'http://localhost:8001/shop/to+ols.json',
        schema: [
          'CREATE TABLE "to ols" (',
          '   "id" INTEGER PRIMARY KEY,',
          `   "odd ""name""" TEXT NOT NULL DEFAULT 'it''s; drop table items',`,
          '   "item" INTEGER REFERENCES "items"("id"),',
          '   "code" TEXT REFERENCES "codes"("code"),',
          '   "parent" INTEGER REFERENCES "to ols"("id"),',
          `   "made" INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))`,
          ')',
        ].join('\n'),
      },
    })
    const { json } = await post('to+ols/-/insert', { row: { item: 1 } })
    expect(json).toMatchObject({
      rows: [{ id: 1, 'odd "name"': "it's; drop table items", made: expect.any(Number) as number }],
    })
  })

  it('makes a table from rows, with the types that they need', async () => {
    const sent = [
      { id: 1, name: 'Kākāpō', size: 3.5, photo: { $base64: true, encoded: 'AA==' } },
      { id: 2, size: 2, tags: ['x'] },
      { id: 3 },
      { id: 4 },
    ]
    const { status, json } = await create({ table: 'creatures', rows: sent, pk: 'id' })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      row_count: 4,
      schema: [
        'CREATE TABLE "creatures" (',
        '   "id" INTEGER PRIMARY KEY,',
        '   "name" TEXT,',
        '   "size" REAL,',
        '   "photo" BLOB,',
        '   "tags" TEXT',
        ')',
      ].join('\n'),
    })
    expect(await rows('select id, name, size, tags from creatures where id < 3')).toEqual([
      [1, 'Kākāpō', 3.5, null],
      [2, null, 2, '["x"]'],
    ])
  })

  it('puts a key that no column has before them, and joins several', async () => {
    expect((await create({ table: 'keyed', row: { a: 'x' }, pk: 'id' })).json).toMatchObject({
      schema: 'CREATE TABLE "keyed" (\n   "id" INTEGER PRIMARY KEY,\n   "a" TEXT\n)',
    })
    expect((await create({ table: 'both', row: { a: 'x', b: 1 }, pks: ['a', 'b'] })).json).toMatchObject({
      schema: 'CREATE TABLE "both" (\n   "a" TEXT,\n   "b" INTEGER,\n   PRIMARY KEY ("a", "b")\n)',
    })
  })

  it('adds rows to a table that is there, all or none', async () => {
    await create({ table: 'grows', row: { id: 1, name: 'a' }, pk: 'id' })
    expect((await create({ table: 'grows', rows: [{ id: 2, name: 'b' }] })).status).toBe(201)
    const conflict = await create({ table: 'grows', rows: [{ id: 3 }, { id: 1, name: 'c' }] })
    expect(conflict).toEqual(refused(400, 'UNIQUE constraint failed: grows.id'))
    await create({ table: 'grows', rows: [{ id: 1, name: 'kept out' }], pk: 'id', ignore: true })
    await create({ table: 'grows', rows: [{ id: 2, name: 'new' }], pk: 'id', replace: true })
    expect(await create({ table: 'grows', rows: [{ id: 4, colour: 'red' }] })).toEqual(
      refused(400, 'Row 0 has invalid columns: colour'),
    )
    await create({ table: 'grows', rows: [{ id: 4, colour: 'red' }], alter: true })
    expect(await rows('select id, name, colour from grows')).toEqual([
      [1, 'a', null],
      [2, 'new', null],
      [4, null, 'red'],
    ])
  })

  it.each([
    [{ table: 'items', columns: [{ name: 'id' }] }, 'table "items" already exists'],
    [{ table: 'ITEMS', row: { id: 9, name: 'x' } }, 'table "ITEMS" already exists'],
    [{ table: 'few', row: { id: 9 } }, 'view "few" already exists'],
    [{ table: 'items', row: { id: 9 }, pk: 'name' }, 'pk cannot be changed for existing table'],
    [{ table: 'notes', row: { notes: 'delete-all' } }, 'Row 0 has invalid columns: notes'],
    [{ table: 'x', columns: [{ name: 'a' }], pks: ['a', 'b'] }, 'pks: no such column: b'],
    [{ table: 'x', rows: [{}] }, 'A table needs at least one column'],
    [{ table: 'x', columns: [{ name: 'a', fk_table: 'nope' }] }, 'No such table: nope'],
    [{ table: 'x', columns: [{ name: 'a', fk_table: 'few' }] }, 'No such table: few'],
    [
      { table: 'x', columns: [{ name: 'a', fk_table: 'pairs' }] },
      'fk_column is required: pairs has no primary key of one column',
    ],
    [
      { table: 'x', columns: [{ name: 'a', fk_table: 'items', fk_column: 'name' }] },
      'fk_column is not a unique column of items: name',
    ],
    [
      { table: 'x', columns: [{ name: 'a', fk_table: 'x', fk_column: 'b' }, { name: 'b' }], pk: 'a' },
      'fk_column is not a unique column of x: b',
    ],
  ])('refuses %j', async (body, message) => {
    expect(await create(body)).toEqual(refused(400, message))
    expect(await isThere('x')).toBe(false)
  })

  it('makes nothing when the rows do not fit', async () => {
    const { status } = await create({ table: 'x', rows: [{ id: 1 }, { id: 1 }], pk: 'id' })
    expect([status, await isThere('x')]).toEqual([400, false])
  })
})

describe('the permissions of creating tables', () => {
  it('asks for create-table', async () => {
    const body = { table: 'x', columns: [{ name: 'a' }] }
    expect(await create(body, { id: 'nobody' })).toEqual(refused(403, 'Permission denied'))
  })

  it('asks for what else a request does, of a token too', async () => {
    const asToken = async (json: object, _r: Restrictions) => {
      const token = signToken(server.signer, { a: 'all', t: server.now(), _r })
      const response = await server.request('/shop/-/create', { json, token })
      return {
        status: response.status,
        json: await response.json(),
        scope: response.headers.get('www-authenticate'),
      }
    }
    const row = { table: 'items', row: { id: 1, name: 'x' } }
    expect(await asToken(row, { a: ['ct'] })).toEqual({
      ...refused(403, 'Permission denied: need insert-row'),
      scope: `Bearer error="insufficient_scope", scope="create-table:shop insert-row:shop/items", ${METADATA}`,
    })
    expect(await asToken({ ...row, pk: 'id', replace: true }, { a: ['ct', 'ir'] })).toMatchObject(
      refused(403, 'Permission denied: need update-row'),
    )
    expect(await asToken({ ...row, alter: true }, { a: ['ct', 'ir', 'ur'] })).toMatchObject(
      refused(403, 'Permission denied: need alter-table'),
    )
    const made = await asToken({ table: 'made here', row: { a: 1 }, alter: true }, { a: ['ct', 'ir'] })
    expect(made.status).toBe(201)
    expect(await rows('select name from items where id = 1')).toEqual([['bolt']])
  })

  it('asks the rules of the table that is there', async () => {
    expect((await create({ table: 'items', row: { id: 50, name: 'ok' } }, MAKER)).status).toBe(201)
    expect(await create({ table: 'secret', row: { id: 50 } }, MAKER)).toEqual(
      refused(403, 'Permission denied: need insert-row'),
    )
  })

  it('lets nobody point a foreign key to a table that they may not see', async () => {
    const columns = [{ name: 'probe', type: 'integer', fk_table: 'secret' }]
    expect(await create({ table: 'probes', columns }, MAKER)).toEqual(
      refused(403, 'Permission denied: need view-table to use "fk_table"'),
    )
  })
})

describe('POST /:database/:table/-/drop', () => {
  it('tells what would be lost until that is confirmed', async () => {
    for (const body of [{}, { confirm: false }, { confirm: 'true' }, []]) {
      expect(await post('gone/-/drop', body)).toEqual({
        status: 200,
        json: {
          ok: true,
          database: 'shop',
          table: 'gone',
          row_count: 0,
          message: 'Pass "confirm": true to confirm',
        },
      })
    }
    expect(await post('gone/-/drop', { confirm: true })).toEqual({ status: 200, json: { ok: true } })
    expect(await isThere('gone')).toBe(false)
  })

  it('drops a full-text table with all that belongs to it', async () => {
    expect((await post('notes/-/drop', { confirm: true })).status).toBe(200)
    expect(await isThere('notes_data')).toBe(false)
  })

  it('keeps a table that others point to, views, and everything from those who may not', async () => {
    expect(await post('owners/-/drop', { confirm: true })).toEqual(
      refused(400, 'FOREIGN KEY constraint failed'),
    )
    expect(await post('few/-/drop', { confirm: true })).toEqual(refused(404, 'Table not found: few'))
    expect(await post('items/-/drop', { confirm: true }, MAKER)).toEqual(refused(403, 'Permission denied'))
    expect(await post('nope/-/drop', { confirm: true }, MAKER)).toMatchObject({ status: 404 })
    expect(await isThere('owners')).toBe(true)
  })
})

describe('dropping a table that another refers to without an index', () => {
  it('says which index to add, and then takes no time', async () => {
    const many = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)'
    const slow = await createTestServer({
      databases: {
        shop: `create table customers (id integer primary key);
          create table orders (id integer primary key, customer_id integer references customers(id));
          ${many} insert into customers select i from n;
          ${many} insert into orders select i, null from n;`,
      },
      config: {
        settings: { sql_time_limit_ms: 500 },
        permissions: {
          'drop-table': true,
          'delete-row': true,
          'execute-write-sql': true,
          'alter-table': true,
        },
      },
    })
    const drop = async () =>
      saidIn(await slow.request('/shop/customers/-/drop', { json: { confirm: true }, actor: ALL }))
    expect(await drop()).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining('Add an index on orders.customer_id, and drop') as string },
    })
    const sql = 'create index by_customer on orders (customer_id)'
    await slow.request('/shop/-/execute-write', { json: { sql }, actor: ALL })
    expect(await drop()).toMatchObject({ status: 200 })
    await slow.close()
  })
})
