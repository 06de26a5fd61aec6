import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestRequest, type TestServer } from '../../../testing.ts'

const SCHEMA = `
  create table parent (
    id integer primary key, email text unique, note text default 'none', size integer generated always as (length(email))
  );
  insert into parent (id, email, note) values (1, 'a', 'kept'), (2, 'b', 'kept');
  create table kid (id integer primary key, parent integer references parent(id) on delete cascade);
  insert into kid values (10, 1);
  create table rep (id integer primary key on /* why */ conflict replace, v text);
  insert into rep values (1, 'a'), (2, 'b');
  create table rep2 (id integer primary key, u text unique ON CONFLICT REPLACE);
  insert into rep2 values (1, 'a'), (2, 'b');
  create table plain (k text, u text unique);
  insert into plain (rowid, k, u) values (1, 'x', 'a'), (2, 'y', 'b');
  create table skipping (id integer primary key, u text unique on conflict ignore);
  insert into skipping values (1, 'a');
`
/** May insert and change rows, and delete none. */
const WRITER = { id: 'writer' }
const ALL = { id: 'all' }

let server: TestServer

beforeEach(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      permissions: {
        'insert-row': { id: ['all', 'writer'] },
        'update-row': { id: ['all', 'writer'] },
        'create-table': { id: ['all', 'writer'] },
        'execute-write-sql': { id: ['all', 'writer'] },
        'alter-table': { id: ['all', 'writer'] },
        'delete-row': { id: 'all' },
      },
    },
  })
})

afterEach(() => server.close())

const TABLES = ['parent', 'kid', 'rep', 'rep2', 'plain']
const all = async (table: string): Promise<unknown> => {
  const response = await server.request(`/shop/${table}.json?_shape=arrays&_extra=`, { actor: ALL })
  return Object(await response.json()).rows
}
const everything = () => Promise.all(TABLES.map(all))

const lines = (row: object): TestRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson' },
  body: JSON.stringify(row),
})
const replace = (row: object): TestRequest => ({ json: { row, replace: true } })

const WAYS: readonly [string, TestRequest, number?][] = [
  ['parent/-/insert', replace({ id: 1, email: 'b' })],
  ['parent/-/insert', replace({ id: 9, email: 'b' })],
  ['parent/-/insert', { json: { rows: [{ id: 1, email: 'b' }], replace: true } }],
  ['parent/-/insert?replace=1', lines({ id: 1, email: 'b' })],
  ['parent/-/insert-rows', { form: { rows: 'id,email\n1,b', on_conflict: 'replace', step: 'insert' } }],
  ['-/create', { json: { table: 'parent', row: { id: 1, email: 'b' }, pk: 'id', replace: true } }],
  ['plain/-/insert', replace({ u: 'b' })],
  ['rep/-/insert', { json: { row: { id: 1, v: 'new' } } }],
  ['rep/-/insert', lines({ id: 1, v: 'new' })],
  ['rep/-/insert-row', { form: { 'value.id': '1', 'value.v': 'new' } }],
  ['rep/-/insert-rows', { form: { rows: 'id,v\n1,new', step: 'insert' } }],
  ['rep/1/-/update', { json: { update: { id: 2 } } }],
  ['-/create', { json: { table: 'rep', row: { id: 1, v: 'new' }, pk: 'id' } }],
  ['rep2/-/insert', { json: { row: { u: 'b' } } }],
  ['rep2/-/insert', replace({ id: 1, u: 'b' })],
  ['rep2/-/upsert', { json: { row: { id: 7, u: 'b' } } }],
  ['rep2/-/upsert', lines({ id: 7, u: 'b' })],
  ['rep2/1/-/update', { json: { update: { u: 'b' } } }],
  ['rep2/1/-/edit-row', { form: { 'value.u': 'b' } }],
  ['-/execute-write', { json: { sql: "insert into rep values (1, 'new')" } }, 403],
  ['-/execute-write', { json: { sql: "update rep2 set u = 'b' where id = 1" } }, 403],
]

describe('rows that are in the way of another', () => {
  it.each(WAYS)('are not deleted by who may not delete: %s %j', async (path, request, status = 400) => {
    const before = await everything()
    const response = await server.request(`/shop/${path}`, { ...request, actor: WRITER })
    expect([response.status, await everything()]).toEqual([status, before])
  })

  it.each(WAYS)('are deleted by who may: %s %j', async (path, request) => {
    const before = await everything()
    const response = await server.request(`/shop/${path}`, { ...request, actor: ALL })
    expect(response.status).toBeLessThan(400)
    expect(await everything()).not.toEqual(before)
  })

  it.each<[string, TestRequest]>([
    ['a row', replace({ id: 1, email: 'new' })],
    ['rows', { json: { rows: [{ id: 1, email: 'new' }], replace: true } }],
  ])('do not stop a replacement of the row with the same key: %s', async (_name, request) => {
    const response = await server.request('/shop/parent/-/insert', { ...request, actor: WRITER })
    expect(response.status).toBe(201)
    expect(await all('parent')).toEqual([
      [1, 'new', 'none', 3],
      [2, 'b', 'kept', 1],
    ])
    expect(await all('kid')).toEqual([[10, 1]])
  })

  it('do not stop a replacement by the row number', async () => {
    const json = { row: { rowid: 1, u: 'new' }, replace: true }
    const response = await server.request('/shop/plain/-/insert', { json, actor: WRITER })
    expect(await response.json()).toMatchObject({ rows: [{ k: null, u: 'new' }] })
    expect(await all('plain')).toEqual([
      [1, null, 'new'],
      [2, 'y', 'b'],
    ])
  })

  it('do not stop a replacement that brings a column', async () => {
    const json = { row: { id: 1, email: 'new', more: 5 }, replace: true, alter: true }
    const response = await server.request('/shop/parent/-/insert', { json, actor: WRITER })
    expect(response.status).toBe(201)
    expect(await all('parent')).toEqual([
      [1, 'new', 'none', 3, 5],
      [2, 'b', 'kept', 1, null],
    ])
  })

  it('are skipped where the schema says so', async () => {
    const json = { row: { u: 'a' } }
    const response = await server.request('/shop/skipping/-/insert', { json, actor: WRITER })
    expect([response.status, await all('skipping')]).toEqual([201, [[1, 'a']]])
  })
})
