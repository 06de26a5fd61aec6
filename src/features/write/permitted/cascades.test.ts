import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signToken } from '../../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../../testing.ts'

const SCHEMA = `
  create table parents (id integer primary key, code text unique);
  create table heirs (id integer primary key, parent integer references parents(id) on delete cascade on update cascade);
  create table remarks (id integer primary key, code text references parents(code) on delete set null on update cascade);
  insert into parents values (1, 'one'), (2, 'two');
  insert into heirs values (10, 1), (20, 2);
  insert into remarks values (10, 'one'), (20, 'two');
  create table pairs (x, y, primary key (x, y));
  create table of_pairs (a, b, foreign key (a, b) references pairs on delete cascade);
  insert into pairs values (1, 2);
  insert into of_pairs values (1, 2);
  create table tops (id integer primary key autoincrement);
  create table middles (id integer primary key, top integer references tops(id) on delete cascade);
  create table ends (id integer primary key, middle integer references middles(id) on delete cascade);
  insert into tops values (1);
  insert into middles values (1, 1);
  insert into ends values (1, 1);
  create table logged (id integer primary key);
  create table log (id integer);
  create trigger logging after insert on logged begin insert into log values (new.id); end;
`
/** May do everything to the rows of `parents` alone, and does not see `remarks`. */
const NARROW = { id: 'narrow' }
/** May also delete from `heirs`. */
const WIDER = { id: 'wider' }
/** May do everything. */
const ALL = { id: 'all' }

let server: TestServer

beforeEach(async () => {
  const everybody = { id: ['all', 'narrow', 'wider'] }
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      permissions: {
        'insert-row': { id: 'all' },
        'update-row': { id: 'all' },
        'delete-row': { id: 'all' },
        'drop-table': everybody,
      },
      databases: {
        shop: {
          tables: {
            parents: {
              permissions: { 'insert-row': everybody, 'update-row': everybody, 'delete-row': everybody },
            },
            heirs: { permissions: { 'delete-row': { id: ['all', 'wider'] } } },
            middles: { permissions: { 'delete-row': everybody } },
            remarks: { allow: { id: ['all', 'wider'] } },
            logged: { permissions: { 'insert-row': everybody } },
          },
        },
      },
    },
  })
})

afterEach(() => server.close())

const all = async (table: string): Promise<unknown> => {
  const response = await server.request(`/shop/${table}.json?_shape=arrays&_extra=`, { actor: ALL })
  return Object(await response.json()).rows
}

const WAYS: readonly [string, string, object][] = [
  ['deleting a row', 'parents/1/-/delete', {}],
  ['replacing a row', 'parents/-/insert', { row: { id: 1, code: 'new' }, replace: true }],
  [
    'replacing a row through its other key',
    'parents/-/insert',
    { row: { id: 9, code: 'one' }, replace: true },
  ],
  [
    'replacing a row on the way to a table',
    '-/create',
    { table: 'parents', row: { id: 1 }, replace: true, pk: 'id' },
  ],
  ['changing a key that others refer to', 'parents/1/-/update', { update: { id: 5 } }],
  ['changing another key that others refer to', 'parents/1/-/update', { update: { code: 'x' } }],
  ['an upsert of a key that others refer to', 'parents/-/upsert', { row: { id: 1, code: 'x' } }],
]

describe("what a foreign key's action changes in other tables", () => {
  it.each(WAYS)('needs the right to that: %s', async (_name, path, json) => {
    for (const actor of [NARROW, WIDER]) {
      const response = await server.request(`/shop/${path}`, { json, actor })
      const { ok, error } = Object(await response.json())
      expect([response.status, ok]).toEqual([403, false])
      if (actor === NARROW) expect(error).not.toContain('remarks')
    }
    expect([await all('parents'), await all('heirs'), await all('remarks')]).toEqual([
      [
        [1, 'one'],
        [2, 'two'],
      ],
      [
        [10, 1],
        [20, 2],
      ],
      [
        [10, 'one'],
        [20, 'two'],
      ],
    ])
  })

  it.each(WAYS.filter(([, path]) => path !== '-/create'))(
    'is done for who has it: %s',
    async (_name, path, json) => {
      const response = await server.request(`/shop/${path}`, { json, actor: ALL })
      expect([200, 201]).toContain(response.status)
    },
  )

  it('names the table to who may see it, and tells a token what it lacks', async () => {
    const token = signToken(server.signer, {
      a: 'wider',
      t: server.now(),
      _r: { r: { shop: { parents: ['dr'], heirs: ['vt'], remarks: ['vt'] } } },
    })
    const response = await server.request('/shop/parents/1/-/delete', { json: {}, token })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({
      error: expect.stringMatching(/^Permission denied: need (update|delete)-row on shop\//),
    })
    expect(response.headers.get('www-authenticate')).toMatch(
      /scope="(update-row:shop\/remarks|delete-row:shop\/heirs)"/,
    )
  })

  it('does not matter where the action has nothing to say', async () => {
    const inserted = await server.request('/shop/parents/-/insert', {
      json: { row: { id: 3 } },
      actor: NARROW,
    })
    expect(inserted.status).toBe(201)
    const touched = await server.request('/shop/parents/-/upsert', {
      json: { row: { id: 1 } },
      actor: NARROW,
    })
    expect(touched.status).toBe(200)
  })

  it.each(['pairs', 'tops', 'parents'])(
    'needs the right to that when a table is dropped: %s',
    async (table) => {
      const drop = async (actor: { readonly id: string }) =>
        (await server.request(`/shop/${table}/-/drop`, { json: { confirm: true }, actor })).status
      expect(await drop(NARROW)).toBe(403)
      expect([await all('of_pairs'), await all('ends')]).toEqual([[[1, 1, 2]], [[1, 1]]])
      expect(await drop(ALL)).toBe(200)
    },
  )

  it('leaves triggers to those who wrote them', async () => {
    const response = await server.request('/shop/logged/-/insert', {
      json: { row: { id: 7 } },
      actor: NARROW,
    })
    expect(response.status).toBe(201)
    expect(await all('log')).toEqual([[1, 7]])
  })
})
