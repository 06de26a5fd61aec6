import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { refused, saidIn } from '../../../../test/support/write-api.ts'

const SCHEMA = `
  create table items (id integer primary key, name text not null, price real);
  insert into items values (1, 'bolt', 0.25);
  create table counters (name text primary key, n integer);
  create table "odd ""name" (a text);
  create table secret (id integer primary key, word text);
  create table watched (id integer primary key, n integer);
  create view watchers as select n from watched;
  create view few as select name from items;
`
const ALL = { id: 'all' }
/** May alter tables and nothing else; sees all but the table `secret`. */
const ALTERER = { id: 'alterer' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      permissions: {
        'alter-table': { id: ['all', 'alterer'] },
        'create-table': { id: 'all' },
        'insert-row': { id: 'all' },
        'drop-table': { id: 'all' },
      },
      databases: {
        shop: { tables: { secret: { allow: { id: 'all' } }, watchers: { allow: { id: 'all' } } } },
      },
    },
  })
})

afterAll(() => server.close())

const alter = async (table: string, operations: unknown, actor: { id: string } = ALL) => {
  return saidIn(await server.request(`/shop/${table}/-/alter`, { json: { operations }, actor }))
}
const op = (name: string, args: object) => ({ op: name, args })
const columnsOf = async (table: string): Promise<unknown> => {
  const sql = `select name from pragma_table_info('${table}')`
  const path = `/shop/-/query.json?_shape=arrayfirst&sql=${encodeURIComponent(sql)}`
  return (await server.request(path)).json()
}

describe('POST /:database/:table/-/alter', () => {
  it('adds, renames and drops columns in the order asked for', async () => {
    const { status, json } = await alter('items', [
      op('add_column', { name: 'slug', type: 'text', not_null: true, default: '' }),
      op('rename_column', { name: 'price', to: 'the "cost"' }),
      op('rename_column', { name: 'slug', to: 'path' }),
      op('add_column', { name: 'gone' }),
      op('drop_column', { name: 'gone' }),
    ])
    expect(status).toBe(200)
    expect(json).toEqual({
      ok: true,
      database: 'shop',
      table: 'items',
      table_url: 'http://localhost:8001/shop/items',
      table_api_url: 'http://localhost:8001/shop/items.json',
      altered: true,
      before_schema: 'CREATE TABLE items (id integer primary key, name text not null, price real)',
      schema: expect.stringContaining(`"path" TEXT NOT NULL DEFAULT ''`) as string,
      operations_applied: 5,
    })
    expect(await columnsOf('items')).toEqual(['id', 'name', 'the "cost"', 'path'])
  })

  it('renames a table, and goes on with it under its new name', async () => {
    const operations = [op('rename_table', { to: 'tallies' }), op('add_column', { name: 'more' })]
    expect((await alter('counters', operations)).json).toMatchObject({
      table: 'tallies',
      table_url: 'http://localhost:8001/shop/tallies',
      altered: true,
    })
    expect(await columnsOf('tallies')).toEqual(['name', 'n', 'more'])
    expect((await server.request('/shop/counters.json')).status).toBe(404)
  })

  it('changes nothing for columns that are not there, and says so', async () => {
    const operations = [op('rename_column', { name: 'nope', to: 'x' }), op('drop_column', { name: 'nope' })]
    const { status, json } = await alter('odd+~22name', operations)
    expect(status).toBe(200)
    expect(json).toMatchObject({ altered: false, operations_applied: 2 })
  })

  it('does all operations or none', async () => {
    const before = await columnsOf('secret')
    const operations = [op('add_column', { name: 'x' }), op('drop_column', { name: 'id' })]
    expect(await alter('secret', operations)).toEqual(refused(400, 'cannot drop PRIMARY KEY column: "id"'))
    expect(await columnsOf('secret')).toEqual(before)
  })

  it.each([
    [undefined, 'operations: Field required'],
    [{}, 'operations: Input should be a valid list'],
    [[], 'operations: List should have at least 1 item after validation, not 0'],
    [['x'], 'operations.0: Input should be a valid dictionary or object to extract fields from'],
    [[{}], "operations.0: Unable to extract tag using discriminator 'op'"],
    [
      [op('zz', {})],
      "operations.0: Input tag 'zz' found using 'op' does not match any of the expected tags: 'add_column', 'rename_column', 'rename_table', 'alter_column', 'drop_column', 'set_primary_key', 'reorder_columns', 'add_foreign_key', 'drop_foreign_key', 'set_foreign_keys'",
    ],
    [[{ op: 'drop_column' }], 'operations.0.drop_column.args: Field required'],
    [[{ op: 'drop_column', args: 5 }], 'operations.0.drop_column.args: Input should be a valid dictionary'],
    [
      [op('set_primary_key', { columns: [] })],
      'operations.0.set_primary_key.args.columns: List should have at least 1 item after validation, not 0',
    ],
    [
      [op('add_column', { name: 'x', type: 'varchar' })],
      "operations.0.add_column.args.type: Input should be 'text', 'integer', 'float' or 'blob'",
    ],
    [
      [op('alter_column', { name: 'price' })],
      'operations.0.alter_column.args: Value error, At least one of type, not_null, default or default_expr must be provided',
    ],
    [
      [op('alter_column', { name: 'price', default: 1, default_expr: 'current_date' })],
      'operations.0.alter_column.args: Value error, default and default_expr cannot both be provided',
    ],
    [
      [op('alter_column', { name: 'price', default_expr: 'now' })],
      "operations.0.alter_column.args.default_expr: Input should be 'current_timestamp', 'current_date', 'current_time', 'current_unixtime' or 'current_unixtime_ms'",
    ],
    [[op('add_foreign_key', { column: 'id' })], 'operations.0.add_foreign_key.args: fk_table is required'],
    [
      [op('set_foreign_keys', { foreign_keys: [{ column: 'id', fk_column: 'id' }] })],
      'operations.0.set_foreign_keys.args.foreign_keys.0: fk_column requires fk_table',
    ],
    [[op('alter_column', { name: 'nope', type: 'text' })], 'No such column: nope'],
    [[op('reorder_columns', { columns: ['nope'] })], 'No such column: nope'],
    [[op('set_primary_key', { columns: ['id', 'nope'] })], 'No such column: nope'],
    [[op('drop_foreign_key', { column: 'nope' })], 'No such column: nope'],
    [[op('drop_column', {})], 'operations.0.drop_column.args.name: Field required'],
    [[op('drop_column', { name: 5 })], 'operations.0.drop_column.args.name: Input should be a valid string'],
    [
      [op('drop_column', { name: 'x' }), op('drop_column', { name: 'x', y: 1 })],
      'operations.1.drop_column.args.y: Extra inputs are not permitted',
    ],
    [
      [op('add_column', { name: 'x', fk_table: 'secret' })],
      'operations.0.add_column.args.fk_table: Extra inputs are not permitted',
    ],
    [
      [op('add_column', { name: 'x', not_null: true })],
      'add_column args.default or args.default_expr is required when not_null is true',
    ],
    [[op('rename_table', { to: 'sqlite_x' })], 'operations.0.rename_table.args.to: Invalid table name'],
    [[op('rename_column', { name: 'id', to: 'name' })], 'duplicate column name: name'],
    [[op('rename_table', { to: 'few' })], 'there is already another table or index with this name: few'],
  ])('refuses %j', async (operations, message) => {
    const answer = await alter('items', operations)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ error: expect.stringContaining(message) as string })
  })
})

describe('the permissions of altering tables', () => {
  it('asks for alter-table', async () => {
    expect(await alter('items', [], { id: 'nobody' })).toEqual(
      refused(403, 'Permission denied: need alter-table'),
    )
  })

  it('lets nobody take a table out of its rules by renaming it', async () => {
    const rename = [op('rename_table', { to: 'public' })]
    expect(await alter('secret', rename, ALTERER)).toEqual(
      refused(403, 'Permission denied: need view-table to use "rename_table"'),
    )
    expect(await alter('items', rename, ALTERER)).toEqual(
      refused(403, 'Permission denied: need create-table to use "rename_table"'),
    )
  })

  it('names no view that the actor may not see', async () => {
    const drop = [op('drop_column', { name: 'n' })]
    expect(await alter('watched', drop, ALTERER)).toEqual(
      refused(400, 'A view that you may not see would no longer work'),
    )
    const { json } = await alter('watched', drop)
    expect(json).toMatchObject({ error: expect.stringContaining('error in view watchers') as string })
  })

  it('shows no schema to who may not see the table', async () => {
    const { json } = await alter('secret', [op('add_column', { name: 'more' })], ALTERER)
    expect(json).toMatchObject({ ok: true, altered: true })
    expect(json).not.toHaveProperty('schema')
    expect(json).not.toHaveProperty('before_schema')
  })
})
