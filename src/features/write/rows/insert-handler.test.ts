import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import type { Restrictions } from '../../../permissions/restrictions.ts'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { refused } from '../../../../test/support/write-api.ts'

/** Where a refused client learns more. */
const METADATA =
  'resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/shop/items/-/insert"'

const SCHEMA = `
  create table items (id integer primary key, name text not null, qty integer default 0, photo blob);
  insert into items values (1, 'bolt', 100, null), (2, 'nut', 80, null);
  create table prices (sku text, region text, amount real, primary key (sku, region));
  insert into prices values ('bolt', 'eu', 0.3);
  create table events (at text, what text);
  create table codes (code text primary key default ('c' || hex(randomblob(4))), n integer) without rowid;
  create table stamped (id integer primary key, name text, stamp text);
  create trigger stamp after insert on stamped begin
    update stamped set stamp = 'by trigger' where id = new.id;
  end;
  create table loose (v);
  create virtual table notes using fts5(body);
  insert into notes values ('kept');
  create table tallies (id integer primary key autoincrement, n integer);
  create view few as select * from items where qty < 5;
`
const VAULT = `
  create table people (
    id integer primary key, name text, secret text default 'by default', loud text as (upper(name))
  );
  insert into people (id, name, secret) values (1, 'ada', 's3cret');
  create trigger seal after insert on people begin
    update people set secret = 'by trigger' where id = new.id;
  end;
  create table log (at text, what text default 'by default');
`
const ALL = { id: 'all' }
const INSERTER = { id: 'inserter' }
/** May insert and see nothing. */
const BLIND = { id: 'blind' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, vault: VAULT, other: 'create table t (id integer primary key)' },
    config: {
      settings: { max_insert_rows: 3, max_post_body_bytes: 2000 },
      permissions: {
        'insert-row': { id: ['all', 'inserter', 'blind'] },
        'update-row': { id: ['all', 'blind'] },
        'alter-table': { id: ['all', 'blind'] },
      },
      databases: {
        vault: { tables: { people: { allow: { id: 'all' } }, log: { allow: { id: 'all' } } } },
      },
    },
  })
})

afterAll(() => server.close())

const insert = async (table: string, body: unknown, actor: { id: string } | null = ALL) => {
  const request = typeof body === 'string' ? { body, method: 'POST' } : { json: body }
  const response = await server.request(`/shop/${table}/-/insert`, {
    ...request,
    ...(actor === null ? {} : { actor }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) as unknown }
}
const read = async (path: string): Promise<unknown> => (await server.request(path)).json()

describe('POST /:database/:table/-/insert', () => {
  it('writes a row and returns it as it is stored', async () => {
    expect(await insert('items', { row: { name: 'hammer', qty: 5 } })).toMatchObject({
      status: 201,
      json: { ok: true, rows: [{ id: 3, name: 'hammer', qty: 5, photo: null }] },
    })
  })

  it('returns many rows only when asked to', async () => {
    expect((await insert('prices', { rows: [{ sku: 'a', region: 'eu' }] })).json).toEqual({ ok: true })
    const { json } = await insert('prices', { rows: [{ sku: 'b', region: 'eu', amount: 1 }], return: true })
    expect(json).toEqual({ ok: true, rows: [{ sku: 'b', region: 'eu', amount: 1 }] })
    expect(await insert('prices', { rows: [] })).toMatchObject({ status: 201, json: { ok: true } })
  })

  it('keeps integers, floats and bytes exact on the way in and out', async () => {
    const big = await insert(
      'items',
      '{"row": {"name": "big", "qty": 9007199254740993, "photo": {"$base64": true, "encoded": "AAEC/w=="}}}',
    )
    expect(big.status).toBe(201)
    expect(big.text).toContain('"qty":9007199254740993')
    expect(big.text).toContain('"photo":{"$base64":true,"encoded":"AAEC/w=="}')
    const price = await insert('prices', { row: { sku: 'float', region: 'eu', amount: 2 } })
    expect(price.text).toContain('"amount":2.0')
  })

  it('keeps a float that is whole a float where the column has no type', async () => {
    expect((await insert('loose', '{"row": {"v": 1.0}}')).text).toContain('"v":1.0')
    expect((await insert('loose', '{"row": {"v": 1}}')).text).toContain('"v":1}')
  })

  it('fills columns that a returned row leaves out with their defaults, and in other rows with NULL', async () => {
    await insert('items', {
      rows: [
        { id: 100, name: 'x', qty: 1 },
        { id: 101, name: 'y' },
      ],
    })
    expect(await read('/shop/items/101.json')).toMatchObject({ rows: [{ qty: null }] })
    const { json } = await insert('items', {
      rows: [
        { id: 102, name: 'x', qty: 1 },
        { id: 103, name: 'y' },
      ],
      return: true,
    })
    expect(json).toMatchObject({ rows: [{ qty: 1 }, { id: 103, qty: 0 }] })
  })

  it('writes a row of nothing but defaults', async () => {
    const { json } = await insert('events', { row: {} })
    expect(json).toEqual({ ok: true, rows: [{ at: null, what: null }] })
  })

  it('leaves the row number out of what it returns, but takes one', async () => {
    expect((await insert('events', { row: { rowid: 70, what: 'numbered' } })).json).toEqual({
      ok: true,
      rows: [{ at: null, what: 'numbered' }],
    })
    expect(await read('/shop/events/70.json')).toMatchObject({ rows: [{ rowid: 70, what: 'numbered' }] })
  })

  it('returns rows of tables without rowid, also with a key that the table made up', async () => {
    const { json } = await insert('codes', { row: { n: 5 } })
    expect(json).toEqual({
      ok: true,
      rows: [{ code: expect.stringMatching(/^c[0-9A-F]{8}$/) as string, n: 5 }],
    })
  })

  it('returns what triggers made of the row', async () => {
    expect((await insert('stamped', { row: { name: 'a' } })).json).toMatchObject({
      rows: [{ name: 'a', stamp: 'by trigger' }],
    })
  })

  it('writes all rows or none', async () => {
    const { status, json } = await insert('items', {
      rows: [
        { id: 200, name: 'kept?' },
        { id: 1, name: 'conflict' },
      ],
    })
    expect({ status, json }).toEqual(refused(400, 'UNIQUE constraint failed: items.id'))
    expect((await server.request('/shop/items/200.json')).status).toBe(404)
  })

  it('skips rows that are there and returns them as they are', async () => {
    const { json } = await insert('items', {
      rows: [
        { id: 1, name: 'skipped' },
        { id: 300, name: 'new' },
      ],
      ignore: true,
      return: true,
    })
    expect(json).toMatchObject({
      rows: [
        { id: 1, name: 'bolt' },
        { id: 300, name: 'new' },
      ],
    })
  })

  it('puts new rows in place of old ones', async () => {
    const { json } = await insert('items', {
      rows: [{ id: 2, name: 'new nut' }],
      replace: true,
      return: true,
    })
    expect(json).toMatchObject({ rows: [{ id: 2, name: 'new nut', qty: 0 }] })
  })

  it.each([
    [{ row: { qty: 1 } }, 'NOT NULL constraint failed: items.name'],
    [{ row: { nosuch: 1 } }, 'Row 0 has invalid columns: nosuch'],
    [{ rows: [{}, {}, {}, {}] }, 'Too many rows, maximum allowed is 3'],
    [{ row: {}, bar: 1 }, 'Invalid parameter: "bar"'],
  ])('refuses %j with the reason', async (body, message) => {
    const { status, json } = await insert('items', body)
    expect({ status, json }).toEqual(refused(400, message))
  })

  it('names every row with unknown columns', async () => {
    const { status, json } = await insert('items', { rows: [{ x: 1 }, { y: 1 }] })
    expect({ status, json }).toEqual(
      refused(400, 'Row 0 has invalid columns: x', 'Row 1 has invalid columns: y'),
    )
  })

  it('refuses bodies that are not JSON or too long', async () => {
    const broken = await insert('items', '{"row": ')
    expect(broken).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/^Invalid JSON: /) as string },
    })
    expect(broken.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const long = await insert('items', { row: { name: 'x'.repeat(2000) } })
    expect(long).toMatchObject(refused(413, 'Request body exceeded maximum size of 2000 bytes'))
  })
})

describe('the permissions of an insert', () => {
  it('lets nobody insert who does not hold insert-row', async () => {
    const { status, json } = await insert('items', { row: { name: 'x' } }, null)
    expect({ status, json }).toEqual(refused(403, 'Permission denied'))
  })

  it('needs update-row to replace', async () => {
    const body = { rows: [{ id: 1, name: 'x' }], replace: true }
    const { status, json } = await insert('items', body, INSERTER)
    expect({ status, json }).toEqual(refused(403, 'Permission denied: need update-row to use "replace"'))
    expect(await read('/shop/items/1.json')).toMatchObject({ rows: [{ name: 'bolt' }] })
  })

  it('needs alter-table to add columns, also when there are none to add', async () => {
    const { status, json } = await insert('items', { row: { name: 'x' }, alter: true }, INSERTER)
    expect({ status, json }).toEqual(refused(403, 'Permission denied for alter-table'))
  })

  describe('the challenge of a refusal', () => {
    const challenge = async (body: object, _r: Restrictions) => {
      const token = signToken(server.signer, { a: 'all', t: server.now(), _r })
      const response = await server.request('/shop/items/-/insert', { json: body, token })
      expect(response.status).toBe(403)
      return response.headers.get('www-authenticate')
    }

    it('names for a token what it lacks', async () => {
      expect(await challenge({ row: {} }, { a: ['view-table'] })).toBe(
        `Bearer error="insufficient_scope", scope="insert-row:shop/items", ${METADATA}`,
      )
    })

    it('names all that the operation needs, not only what was missed', async () => {
      const rows = [{ id: 1, name: 'x' }]
      const inserts: Restrictions = { r: { shop: { items: ['ir'] } } }
      expect(await challenge({ rows, replace: true }, inserts)).toBe(
        `Bearer error="insufficient_scope", scope="insert-row:shop/items update-row:shop/items", ${METADATA}`,
      )
      expect(await challenge({ rows, alter: true }, inserts)).toBe(
        `Bearer error="insufficient_scope", scope="insert-row:shop/items alter-table:shop/items", ${METADATA}`,
      )
      expect(await challenge({ rows, replace: true, alter: true }, { d: { shop: ['ir', 'ur'] } })).toBe(
        `Bearer error="insufficient_scope", scope="insert-row:shop/items update-row:shop/items alter-table:shop/items", ${METADATA}`,
      )
    })

    it('names no error to somebody without a token, and says nothing to a browser session', async () => {
      const body = { row: { name: 'x' } }
      expect((await insert('items', body, null)).headers.get('www-authenticate')).toBe(`Bearer ${METADATA}`)
      expect((await insert('items', body, { id: 'nobody' })).headers.get('www-authenticate')).toBeNull()
      const replace = await insert('items', { rows: [], replace: true }, INSERTER)
      expect(replace.headers.get('www-authenticate')).toBeNull()
    })
  })

  it('tells of tables that are not there, and of views, before anything else', async () => {
    expect((await server.request('/shop/nope/-/insert', { json: {}, actor: ALL })).status).toBe(404)
    const { status, json } = await insert('few', { row: {} })
    expect({ status, json }).toEqual(refused(404, 'Table not found: few'))
  })
})

describe('an insert by somebody who may not see the table', () => {
  const put = async (actor: { id: string }, body: unknown, table = 'people') => {
    const response = await server.request(`/vault/${table}/-/insert`, { json: body, actor })
    return { status: response.status, json: await response.json() }
  }
  const rows = (...found: object[]) => ({ status: 201, json: { ok: true, rows: found } })

  it('shows nothing of a row that was there', async () => {
    expect(await put(BLIND, { row: { id: 1 }, ignore: true })).toEqual(rows())
    expect(
      await put(BLIND, { rows: [{ id: 1 }, { id: 5, name: 'eve' }], ignore: true, return: true }),
    ).toEqual(rows({ id: 5, name: 'eve', secret: 'by default', loud: 'EVE' }))
    expect(await put(ALL, { row: { id: 1 }, ignore: true })).toEqual(
      rows({ id: 1, name: 'ada', secret: 's3cret', loud: 'ADA' }),
    )
  })

  it('shows the new row as the insert made it, and not the work of triggers', async () => {
    expect(await put(BLIND, { row: { name: 'bo' } })).toEqual(
      rows({ id: 6, name: 'bo', secret: 'by default', loud: 'BO' }),
    )
    expect(await put(BLIND, { row: { id: 6, name: 'cy' }, replace: true })).toEqual(
      rows({ id: 6, name: 'cy', secret: 'by default', loud: 'CY' }),
    )
    expect(await put(BLIND, { row: { at: 'now' } }, 'log')).toEqual(rows({ at: 'now', what: 'by default' }))
    expect(await put(BLIND, { row: { extra: 1 }, alter: true }, 'log')).toEqual(
      rows({ at: null, what: 'by default', extra: 1 }),
    )
    expect(await put(ALL, { row: { name: 'di' } })).toEqual(
      rows({ id: 7, name: 'di', secret: 'by trigger', loud: 'DI' }),
    )
  })
})

describe('an insert into what full-text search and SQLite keep for themselves', () => {
  it.each([false, true])('gives no commands to an index, with "alter": %j', async (alter) => {
    const { status } = await insert('notes', { row: { notes: 'delete-all' }, alter })
    expect(status).toBe(400)
    const sql = "select body from notes where notes match 'kept'"
    expect(await read(`/shop/-/query.json?_shape=arrayfirst&sql=${encodeURIComponent(sql)}`)).toEqual([
      'kept',
    ])
  })

  it('still adds to an index', async () => {
    expect((await insert('notes', { rows: [{ body: 'more' }] })).status).toBe(201)
  })

  it('leaves the tables of an index and of SQLite alone', async () => {
    expect(await insert('notes_data', { row: { id: 99, block: 'x' } })).toMatchObject({
      status: 400,
      json: { error: 'table notes_data may not be modified' },
    })
    const { status, json } = await insert('sqlite_sequence', { row: { name: 'tallies', seq: 9 } })
    expect({ status, json }).toEqual(refused(403, 'SQLite keeps sqlite_sequence for itself'))
  })
})

describe('"alter": true', () => {
  it('adds the columns that are missing, each with the type that its values need', async () => {
    const row = {
      what: 'wide',
      n: 1,
      r: 1.5,
      t: 'x',
      b: { $base64: true, encoded: 'AA==' },
      'odd "name"': null,
    }
    const { status, json } = await insert('events', { row, alter: true })
    expect(status).toBe(201)
    expect(json).toMatchObject({ rows: [{ at: null, n: 1, r: 1.5, t: 'x', 'odd "name"': null }] })
    const sql = "select name, type from pragma_table_info('events')"
    const types = await read(`/shop/-/query.json?_shape=arrays&sql=${encodeURIComponent(sql)}`)
    expect(types).toMatchObject({
      rows: [
        ['at', 'TEXT'],
        ['what', 'TEXT'],
        ['n', 'INTEGER'],
        ['r', 'REAL'],
        ['t', 'TEXT'],
        ['b', 'BLOB'],
        ['odd "name"', 'TEXT'],
      ],
    })
  })

  it('adds none when the rows cannot be written', async () => {
    expect(await insert('items', { rows: [{ id: 1, extra: 5 }], alter: true })).toMatchObject({ status: 400 })
    const { status, json } = await insert('items', { row: { name: 'x', extra: 5 } })
    expect({ status, json }).toEqual(refused(400, 'Row 0 has invalid columns: extra'))
  })
})

describe('a key that is stricter than its column', () => {
  it('reads back the row that was written, and no other', async () => {
    const own = await createTestServer({
      databases: {
        shop: "create table t (k text collate nocase, n integer, primary key (k collate binary)); insert into t values ('A', 1)",
      },
      config: { permissions: { 'insert-row': true, 'update-row': true } },
    })
    for (const path of ['insert', 'upsert']) {
      const row = { k: 'a', n: 2 }
      const answer = await own.request(`/shop/t/-/${path}`, {
        json: { row, return: true },
        actor: { id: 'x' },
      })
      expect(await answer.json()).toMatchObject({ rows: [{ k: 'a', n: 2 }] })
    }
    await own.close()
  })
})
