import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { refused, rowsIn } from '../../../../test/support/write-api.ts'

/** Where a refused client learns more. */
const METADATA =
  'resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource/shop/items/1/-'

const SCHEMA = `
  create table items (id integer primary key, name text not null, qty integer default 0);
  insert into items values (1, 'bolt', 100), (2, 'nut', 80), (3, 'saw', 1), (9007199254740993, 'big', 0);
  create table prices (sku text, region text, amount real, primary key (sku, region));
  insert into prices values ('saw/xl', 'eu', 30), ('bolt', 'eu', 1), ('bolt', 'us', 2);
  create table events (at text, what text);
  insert into events values ('mon', 'one'), ('tue', 'two');
  create table untyped (k primary key, v);
  insert into untyped values (5, 'number'), ('5', 'text');
  create table strict_key (code text collate nocase, n integer, primary key (code collate binary));
  insert into strict_key values ('a', 1), ('A', 2);
  create table stamped (id integer primary key, name text, stamp text);
  insert into stamped values (1, 'old', null);
  create trigger stamp after update on stamped begin update stamped set stamp = 'by trigger' where id = new.id; end;
  create table owners (id integer primary key);
  create table pets (id integer primary key, owner integer references owners(id));
  insert into owners values (1);
  insert into pets values (1, 1);
  create virtual table notes using fts5(body);
  insert into notes values ('kept');
  create view few as select * from items;
  create table "odd ""name" ("a ""b" integer primary key, "from" text);
  insert into "odd ""name" values (1, 'x');
  create table secret (id integer primary key, name text, hidden text);
  insert into secret values (1, 'ada', 's3cret');
`
const ALL = { id: 'all' }
/** May change and delete rows, and neither add columns nor see the table `secret`. */
const EDITOR = { id: 'editor' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      settings: { max_post_body_bytes: 2000 },
      permissions: {
        'insert-row': { id: ['all', 'inserter'] },
        'update-row': { id: ['all', 'editor'] },
        'delete-row': { id: ['all', 'editor'] },
        'alter-table': { id: 'all' },
      },
      databases: { shop: { tables: { secret: { allow: { id: 'all' } } } } },
    },
  })
})

afterAll(() => server.close())

const post = async (path: string, body: unknown, actor: { id: string } | null = ALL) => {
  const sent = typeof body === 'string' ? { body, method: 'POST' } : { json: body }
  const response = await server.request(`/shop/${path}`, { ...sent, ...(actor === null ? {} : { actor }) })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: JSON.parse(text) as unknown, text }
}
const update = (row: string, body: unknown, actor?: { id: string } | null) =>
  post(`${row}/-/update`, body, actor)
const remove = (row: string, actor?: { id: string } | null) => post(`${row}/-/delete`, '', actor)
const rows = (sql: string) => rowsIn(server, sql)

describe('POST /:database/:table/:pks/-/update', () => {
  it('changes the named columns of one row and returns it only when asked to', async () => {
    expect(await update('items/1', { update: { qty: 99 } })).toMatchObject({
      status: 200,
      json: { ok: true },
    })
    const { json } = await update('items/1', { update: { name: 'bolt M4' }, return: true })
    expect(json).toEqual({ ok: true, rows: [{ id: 1, name: 'bolt M4', qty: 99 }] })
    expect(await rows('select name, qty from items where id = 2')).toEqual([['nut', 80]])
  })

  it('changes nothing when there are no columns', async () => {
    expect((await update('items/2', { update: {}, return: true })).json).toEqual({
      ok: true,
      rows: [{ id: 2, name: 'nut', qty: 80 }],
    })
  })

  it('finds rows by compound keys, row numbers, large keys and odd names', async () => {
    const price = await update('prices/saw~2Fxl,eu', { update: { amount: 31 }, return: true })
    expect(price.text).toContain('"rows":[{"sku":"saw/xl","region":"eu","amount":31.0}]')
    const event = await update('events/2', { update: { what: 'changed' }, return: true })
    expect(event.json).toEqual({ ok: true, rows: [{ rowid: 2, at: 'tue', what: 'changed' }] })
    const big = await update('items/9007199254740993', { update: { qty: 5 }, return: true })
    expect(big.text).toContain('"id":9007199254740993')
    const odd = await update('odd+~22name/1', { update: { from: 'y' }, return: true })
    expect(odd.json).toEqual({ ok: true, rows: [{ 'a "b': 1, from: 'y' }] })
  })

  it('changes one row where several keys look alike', async () => {
    await update('untyped/5', { update: { v: 'changed' } })
    expect(await rows('select v from untyped order by typeof(k)')).toEqual([['number'], ['changed']])
    await update('strict_key/A', { update: { n: 3 } })
    expect(await rows('select n from strict_key')).toHaveLength(2)
    expect(await rows('select count(*) from strict_key where n = 3')).toEqual([[1]])
  })

  it('returns what triggers made of the row, and a row under its new key', async () => {
    const { json } = await update('stamped/1', { update: { id: 7, name: 'new' }, return: true })
    expect(json).toEqual({ ok: true, rows: [{ id: 7, name: 'new', stamp: 'by trigger' }] })
  })

  it.each([
    ['items/1', { update: { name: null } }, 400, 'NOT NULL constraint failed: items.name'],
    ['items/1', { update: { id: 2 } }, 400, 'UNIQUE constraint failed: items.id'],
    ['items/1', { update: { nosuch: 1 } }, 400, 'no such column: nosuch'],
    ['items/1', { update: [] }, 400, 'JSON must contain an update dictionary'],
    ['pets/1', { update: { owner: 5 } }, 400, 'FOREIGN KEY constraint failed'],
    ['notes/1', { update: { notes: 'delete-all' } }, 400, 'no such column: notes'],
    ['items/999', { update: { qty: 1 } }, 404, "Record not found: ['999']"],
    ['items/1,2', {}, 400, 'URL row identifier does not match the primary key for this table'],
    ['few/1', {}, 404, 'Table not found: few'],
    ['items/1', 'nope', 400, expect.stringMatching(/^Invalid JSON: /) as string],
    [
      'items/1',
      { update: { name: 'x'.repeat(2000) } },
      413,
      'Request body exceeded maximum size of 2000 bytes',
    ],
  ])('refuses %s with %j', async (row, body, status, message) => {
    const answer = await update(row, body)
    expect({ status: answer.status, json: answer.json }).toEqual(refused(status, message))
  })

  it('changes rows of a full-text table', async () => {
    expect((await update('notes/1', { update: { body: 'fresh' } })).status).toBe(200)
    expect(await rows("select body from notes where notes match 'fresh'")).toEqual([['fresh']])
  })

  it('adds columns when asked to, or nothing at all', async () => {
    const wide = { update: { colour: 'red' }, alter: true, return: true }
    expect((await update('events/1', wide)).json).toMatchObject({ rows: [{ at: 'mon', colour: 'red' }] })
    await update('pets/1', { update: { owner: 5, colour: 'red' }, alter: true })
    expect(await rows("select name from pragma_table_info('pets')")).toEqual([['id'], ['owner']])
  })
})

describe('POST /:database/:table/:pks/-/delete', () => {
  it('deletes one row, and tells when it is no longer there', async () => {
    expect(await remove('items/3')).toMatchObject({ status: 200, json: { ok: true } })
    const again = await remove('items/3')
    expect({ status: again.status, json: again.json }).toEqual(refused(404, "Record not found: ['3']"))
    await remove('prices/bolt,us')
    expect(await rows('select region from prices order by region')).toEqual([['eu'], ['eu']])
  })

  it('deletes one row where several keys look alike', async () => {
    await remove('strict_key/a')
    expect(await rows('select code from strict_key')).toEqual([['A']])
  })

  it.each([
    ['prices/bolt', 400, 'URL row identifier does not match the primary key for this table'],
    ['owners/1', 400, 'FOREIGN KEY constraint failed'],
    ['few/1', 404, 'Table not found: few'],
  ])('refuses %s', async (row, status, message) => {
    const answer = await remove(row)
    expect({ status: answer.status, json: answer.json }).toEqual(refused(status, message))
  })

  it('tells of a wrong method in words', async () => {
    const response = await server.request('/shop/items/1/-/delete')
    expect([response.status, await response.text()]).toEqual([405, 'Method not allowed'])
  })
})

describe('the permissions of changing rows', () => {
  it('does not tell those who may not whether a row is there', async () => {
    for (const row of ['items/1', 'items/999']) {
      for (const answer of [
        await update(row, { update: {} }, { id: 'inserter' }),
        await update(row, { update: {} }, null),
        await remove(row, { id: 'inserter' }),
        await remove(row, null),
      ]) {
        expect({ status: answer.status, json: answer.json }).toEqual(refused(403, 'Permission denied'))
      }
    }
  })

  it('needs alter-table to add columns', async () => {
    const { status, json } = await update('items/1', { update: { qty: 1 }, alter: true }, EDITOR)
    expect({ status, json }).toEqual(refused(403, 'Permission denied for alter-table'))
  })

  it('shows nothing of the row to who may change but not see it', async () => {
    const { json } = await update('secret/1', { update: { name: 'eve' }, return: true }, EDITOR)
    expect(json).toEqual({ ok: true, rows: [] })
    expect((await update('secret/1', { update: {}, return: true })).json).toMatchObject({
      rows: [{ name: 'eve', hidden: 's3cret' }],
    })
  })

  it('tells a token what it lacks', async () => {
    const token = signToken(server.signer, { a: 'all', t: server.now(), _r: { a: ['ir', 'ur'] } })
    const challenge = async (path: string, json: object) =>
      (await server.request(`/shop/${path}`, { json, token })).headers.get('www-authenticate')
    expect(await challenge('items/1/-/delete', {})).toBe(
      `Bearer error="insufficient_scope", scope="delete-row:shop/items", ${METADATA}/delete"`,
    )
    expect(await challenge('items/1/-/update', { update: {}, alter: true })).toBe(
      `Bearer error="insufficient_scope", scope="update-row:shop/items alter-table:shop/items", ${METADATA}/update"`,
    )
  })
})

describe('notes for the next page', () => {
  const note = (headers: Headers) => {
    const cookie = /ds_messages=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1]
    return cookie === undefined ? null : server.signer.verify(cookie, 'messages')
  }

  it('?_message=1 says that a row was updated, and what it is called now', async () => {
    const { json, headers } = await post('items/2/-/update?_message=1', { update: { name: 'wing nut' } })
    expect(json).toEqual({ ok: true })
    expect(note(headers)).toEqual({ ok: true, value: [['Updated row 2 (wing nut)', 1]] })
    expect(note((await update('items/2', { update: { qty: 1 } })).headers)).toBeNull()
  })

  it('calls a row by its key alone for who may not see it', async () => {
    const { headers } = await post('secret/1/-/update?_message=1', { update: { hidden: 'x' } }, EDITOR)
    expect(note(headers)).toEqual({ ok: true, value: [['Updated row 1', 1]] })
  })

  it('?_redirect_to_table=1 says that a row was deleted, and where to go', async () => {
    const { json, headers } = await post('items/2/-/delete?_redirect_to_table=1', '')
    expect(json).toEqual({ ok: true, redirect: '/shop/items' })
    expect(note(headers)).toEqual({ ok: true, value: [['Deleted row 2 (wing nut)', 1]] })
  })

  it('says nothing of what was refused', async () => {
    const { status, headers } = await post('owners/1/-/delete?_redirect_to_table=1', '')
    expect(status).toBe(400)
    expect(note(headers)).toBeNull()
  })
})
