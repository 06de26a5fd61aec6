import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { refused, rowsIn, saidIn } from '../../../../test/support/write-api.ts'

/** Where a refused client learns more. */
const METADATA =
  'resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/shop/items/-/upsert"'

const SCHEMA = `
  create table items (id integer primary key, name text not null, qty integer default 0);
  insert into items values (1, 'bolt', 100), (2, 'nut', 80), (3, 'saw', 3);
  create table prices (sku text, region text, amount real, primary key (sku, region));
  insert into prices values ('bolt', 'eu', 1);
  create table events (at text, what text);
  insert into events values ('mon', 'one');
  create table words (word text collate nocase primary key, n integer, stamp text) without rowid;
  insert into words values ('abc', 1, null);
  create trigger stamp after update on words when new.stamp is null begin
    update words set stamp = 'by trigger' where word = new.word;
  end;
  create table keyless (rowid text, _rowid_ text, oid text);
  create virtual table notes using fts5(body);
  create table secret (id integer primary key, word text);
  insert into secret values (1, 's3cret');
`
const ALL = { id: 'all' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      settings: { max_insert_rows: 3 },
      permissions: {
        'insert-row': { id: ['all', 'inserter', 'editor'] },
        'update-row': { id: ['all', 'updater', 'editor'] },
        'alter-table': { id: 'all' },
      },
      databases: { shop: { tables: { secret: { allow: { id: 'all' } } } } },
    },
  })
})

afterAll(() => server.close())

const upsert = async (table: string, json: unknown, actor: { id: string } = ALL) => {
  return saidIn(await server.request(`/shop/${table}/-/upsert`, { json, actor }))
}
const rows = (sql: string) => rowsIn(server, sql)

describe('POST /:database/:table/-/upsert', () => {
  it('adds rows that are not there and changes those that are', async () => {
    const sent = [
      { id: 1, name: 'bolt M4', qty: 1 },
      { id: 90, name: 'fresh' },
    ]
    expect(await upsert('items', { rows: sent, return: true })).toEqual({
      status: 200,
      json: {
        ok: true,
        rows: [
          { id: 1, name: 'bolt M4', qty: 1 },
          { id: 90, name: 'fresh', qty: null },
        ],
      },
    })
  })

  it('keeps what a row that is there has and was not sent, also when other rows send it', async () => {
    expect((await upsert('items', { row: { id: 2, name: 'nut M4' } })).json).toEqual({
      ok: true,
      rows: [{ id: 2, name: 'nut M4', qty: 80 }],
    })
    const sent = [
      { id: 3, name: 'saw' },
      { id: 91, name: 'new', qty: 5 },
    ]
    expect((await upsert('items', { rows: sent })).json).toEqual({ ok: true })
    expect(await rows('select qty from items where id in (3, 91)')).toEqual([[3], [5]])
  })

  it('finds rows by compound keys, row numbers, and keys that ignore case', async () => {
    const price = { sku: 'bolt', region: 'eu', amount: 9 }
    await upsert('prices', { rows: [price, { ...price, region: 'jp' }, { sku: 'bolt', region: 'eu' }] })
    expect(await rows('select region, amount from prices order by region')).toEqual([
      ['eu', 9],
      ['jp', 9],
    ])
    expect((await upsert('events', { row: { rowid: 1, what: 'changed' } })).json).toEqual({
      ok: true,
      rows: [{ rowid: 1, at: 'mon', what: 'changed' }],
    })
    expect((await upsert('words', { row: { word: 'ABC', n: 2 } })).json).toEqual({
      ok: true,
      rows: [{ word: 'abc', n: 2, stamp: 'by trigger' }],
    })
  })

  it('adds columns when asked to', async () => {
    const body = { row: { rowid: 1, colour: 'red' }, alter: true }
    expect((await upsert('events', body)).json).toMatchObject({ rows: [{ rowid: 1, colour: 'red' }] })
  })

  it.each([
    [
      'items',
      { rows: [{ name: 'x' }, { id: null }] },
      ['Row 0 is missing primary key column(s): "id"', 'Row 1 has null primary key column(s): "id"'],
    ],
    ['prices', { row: { amount: 1 } }, ['Row 0 is missing primary key column(s): "sku", "region"']],
    ['items', { row: { id: 1, name: 'x' }, ignore: true }, ['Upsert does not support ignore or replace']],
    ['items', { row: { id: 1, name: 'x' }, replace: true }, ['Upsert does not support ignore or replace']],
    ['items', { row: { id: 1, qty: 5 } }, ['NOT NULL constraint failed: items.name']],
    ['items', { row: { id: 1, nosuch: 5 } }, ['Row 0 has invalid columns: nosuch']],
    ['items', { rows: [{}, {}, {}, {}] }, ['Too many rows, maximum allowed is 3']],
    ['keyless', { row: { rowid: 'x' } }, ['The rows of this table have no key']],
    ['notes', { row: { rowid: 1, body: 'x' } }, ['UPSERT not implemented for virtual table "notes"']],
  ])('refuses for %s %j', async (table, body, errors) =>
    expect(await upsert(table, body)).toEqual(refused(400, ...errors)),
  )

  it('writes all rows or none', async () => {
    const sent = [{ id: 1, name: 'changed?' }, { id: 95 }]
    expect((await upsert('items', { rows: sent })).status).toBe(400)
    expect(await rows("select count(*) from items where name = 'changed?'")).toEqual([[0]])
  })
})

describe('the permissions of an upsert', () => {
  it('needs both insert-row and update-row, before the body is looked at', async () => {
    for (const id of ['inserter', 'updater', 'nobody']) {
      expect(await upsert('items', { nonsense: true }, { id })).toEqual(
        refused(403, 'Permission denied: need both insert-row and update-row'),
      )
    }
  })

  it('needs alter-table to add columns', async () => {
    expect(await upsert('items', { row: { id: 1, name: 'x' }, alter: true }, { id: 'editor' })).toEqual(
      refused(403, 'Permission denied for alter-table'),
    )
  })

  it.each([['ir'], ['ur']])('tells a token that may %s alone what it takes', async (held) => {
    const token = signToken(server.signer, { a: 'all', t: server.now(), _r: { a: [held] } })
    const response = await server.request('/shop/items/-/upsert', { json: { row: { id: 1 } }, token })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      403,
      `Bearer error="insufficient_scope", scope="insert-row:shop/items update-row:shop/items", ${METADATA}`,
    ])
  })

  it('shows no rows to who may not see the table', async () => {
    const body = { rows: [{ id: 1 }, { id: 2, word: 'new' }], return: true }
    expect((await upsert('secret', body, { id: 'editor' })).json).toEqual({ ok: true, rows: [] })
    expect((await upsert('secret', body)).json).toMatchObject({ rows: [{ word: 's3cret' }, { word: 'new' }] })
  })
})
