import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { columnTypeFault } from './column-types.ts'
import { refused, saidIn } from '../../../../test/support/write-api.ts'

const ALL = { id: 'all' }

let server: TestServer

beforeAll(async () => {
  const actions = ['set-column-type', 'insert-row', 'update-row', 'alter-table', 'create-table', 'drop-table']
  server = await createTestServer({
    databases: {
      shop: `
        create table people (id integer primary key, mail varchar(99), site text, data clob, age real, raw);
        create table set_up (id integer primary key, mail text, note text);
        create table old (id integer primary key, mail text);
        create view everybody as select * from people;`,
    },
    config: {
      permissions: Object.fromEntries(actions.map((action) => [action, { id: 'all' }])),
      databases: { shop: { tables: { set_up: { column_types: { mail: 'email', note: 'textarea' } } } } },
    },
  })
})

afterAll(() => server.close())

const post = async (path: string, json: unknown, actor: { id: string } = ALL) => {
  return saidIn(await server.request(`/shop/${path}`, { json, actor }))
}
const set = (table: string, column: string, type: unknown) =>
  post(`${table}/-/set-column-type`, { column, column_type: type })
const typesOf = async (table: string): Promise<unknown> => {
  const answer: unknown = await (
    await server.request(`/shop/${table}.json?_size=0&_extra=column_types`)
  ).json()
  return typeof answer === 'object' && answer !== null && 'column_types' in answer
    ? answer.column_types
    : answer
}

describe('POST /:database/:table/-/set-column-type', () => {
  it('sets and clears a type, which answers and pages then know', async () => {
    expect(await set('people', 'site', { type: 'url', config: { max: 5 } })).toEqual({
      status: 200,
      json: {
        ok: true,
        database: 'shop',
        table: 'people',
        column: 'site',
        column_type: { type: 'url', config: { max: 5 } },
      },
    })
    expect(await typesOf('people')).toEqual({ site: { type: 'url', config: { max: 5 } } })
    const row = await server.request('/shop/people.json?_size=0&_extra=display_columns')
    expect(await row.text()).toContain('"column_type":"url"')
    expect(await set('people', 'site', null)).toMatchObject({ json: { column_type: null } })
    expect(await typesOf('people')).toEqual({})
  })

  it('stands before the configuration, also where it takes a type away', async () => {
    await set('set_up', 'mail', null)
    await set('set_up', 'note', { type: 'json' })
    expect(await typesOf('set_up')).toEqual({ note: { type: 'json', config: null } })
    await set('set_up', 'mail', { type: 'email' })
  })

  it('goes with its column and its table', async () => {
    await set('old', 'mail', { type: 'email' })
    const operations = [
      { op: 'rename_column', args: { name: 'mail', to: 'address' } },
      { op: 'rename_table', args: { to: 'new' } },
    ]
    expect(await post('old/-/alter', { operations })).toMatchObject({ status: 200 })
    expect(await typesOf('new')).toEqual({ address: { type: 'email', config: null } })
    await post('new/-/drop', { confirm: true })
    await post('-/create', { table: 'new', columns: [{ name: 'address' }] })
    expect(await typesOf('new')).toEqual({})
  })

  it.each([
    [[], 'JSON must be a dictionary'],
    [{}, '"column" is required'],
    [{ column: 5 }, '"column" must be a string'],
    [{ column: 'mail' }, '"column_type" is required'],
    [{ column: 'mail', column_type: null, zz: 1 }, 'Invalid parameter: "zz"'],
    [{ column: 'nope', column_type: 5 }, 'Column not found: nope'],
    [{ column: 'mail', column_type: 'url' }, '"column_type" must be an object or null'],
    [{ column: 'mail', column_type: { zz: 1 } }, 'Invalid column_type parameter: "zz"'],
    [{ column: 'mail', column_type: {} }, '"column_type.type" is required'],
    [{ column: 'mail', column_type: { type: 5 } }, '"column_type.type" must be a string'],
    [
      { column: 'mail', column_type: { type: 'url', config: [] } },
      '"column_type.config" must be a dictionary',
    ],
    [{ column: 'mail', column_type: { type: 'toString' } }, 'Unknown column type: toString'],
    [
      { column: 'age', column_type: { type: 'url' } },
      "Column type 'url' is only applicable to SQLite types TEXT but shop.people.age has SQLite type REAL",
    ],
    [
      { column: 'raw', column_type: { type: 'url' } },
      "Column type 'url' is only applicable to SQLite types TEXT but shop.people.raw has SQLite type NULL",
    ],
    [
      { column: 'mail', column_type: { type: 'url', config: { a: 'x'.repeat(20_000) } } },
      '"column_type.config" is too large',
    ],
  ])('refuses %j', async (body, message) => {
    expect(await post('people/-/set-column-type', body)).toEqual(refused(400, message))
  })

  it('asks for set-column-type', async () => {
    const body = { column: 'mail', column_type: null }
    expect(await post('people/-/set-column-type', body, { id: 'nobody' })).toEqual(
      refused(403, 'Permission denied'),
    )
    expect(await post('nope/-/set-column-type', body)).toEqual(refused(404, 'Table not found'))
  })
})

describe('writing to a column with a type', () => {
  it('looks at an address that is none once, and not again from each of its points', () => {
    const wrong = `a@${'.'.repeat(2004)}`
    const faults = Array.from({ length: 20_000 }, () => columnTypeFault('email', wrong))
    expect(new Set(faults)).toEqual(new Set(['Invalid email address']))
  })

  it('takes addresses up to a length', () => {
    const side = 'x'.repeat(999)
    expect(columnTypeFault('email', `${side}x@${side.slice(2)}.y`)).toBeNull()
    for (const wrong of [`${side}xx@a.b`, `a@${side}.b`, 'a@.b', 'a@b.', 'a@b.c@d.e', '@b.c', 'a b@c.d']) {
      expect(columnTypeFault('email', wrong), wrong).toBe('Invalid email address')
    }
  })

  it('refuses what is none of it, whatever the way to write', async () => {
    const rows = [
      { id: 1, mail: 'x@example.org', note: 'n' },
      { id: 2, mail: 'nobody' },
      { id: 3, mail: 5 },
    ]
    const errors = ['mail: Invalid email address', 'mail: Email must be a string']
    const answer = { status: 400, json: { ok: false, error: errors.join('; '), errors, status: 400 } }
    await set('set_up', 'note', null)
    expect(await post('set_up/-/insert', { rows })).toEqual(answer)
    expect(await post('set_up/-/upsert', { rows })).toEqual(answer)
    expect(await post('-/create', { table: 'set_up', rows })).toEqual(answer)
    expect(await post('set_up/-/insert', { row: rows[0] })).toMatchObject({ status: 201 })
    expect(await post('set_up/1/-/update', { update: { mail: 'nobody' } })).toEqual(
      refused(400, errors[0] ?? ''),
    )
    expect(await post('set_up/1/-/update', { update: { mail: '' } })).toMatchObject({ status: 200 })
    expect(await post('set_up/1/-/update', { update: { mail: null } })).toMatchObject({ status: 200 })
  })

  it.each([
    ['url', 'http://example.org/ü?a=b', 'ftp://example.org', 'Invalid URL'],
    ['url', ' https://x ', 'https://a b', 'Invalid URL'],
    ['url', '', 7, 'URL must be a string'],
    ['email', 'a.b+c@d.example', 'a@b', 'Invalid email address'],
    ['email', 'a@b.c', `a@${'.'.repeat(50_000)}@`, 'Invalid email address'],
    ['json', '{"a": [1]}', '{a}', 'Invalid JSON'],
    ['json', { a: [1] }, '{', 'Invalid JSON'],
  ])('takes for %s: %j, not %j', async (type, right, wrong, message) => {
    await set('people', 'mail', { type })
    expect(await post('people/-/insert', { row: { mail: right } })).toMatchObject({ status: 201 })
    expect(await post('people/-/insert', { row: { mail: wrong } })).toEqual(refused(400, `mail: ${message}`))
  })
})
