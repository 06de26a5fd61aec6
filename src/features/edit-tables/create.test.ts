import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table items (id integer primary key, name text);
  create table codes (code text unique);
  create table secret (id integer primary key);
  create view few as select * from items;
`
const MAKER = { id: 'maker' }
/** May create tables, and add rows to none. */
const PLANNER = { id: 'planner' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA },
    immutable: ['still'],
    config: {
      permissions: { 'create-table': { id: ['maker', 'planner'] }, 'insert-row': { id: 'maker' } },
      databases: {
        shop: {
          queries: { taken: 'select 1' },
          tables: {
            secret: { allow: { id: 'nobody' } },
            closed: { permissions: { 'insert-row': { id: 'nobody' } } },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const PAGE = '/shop/-/create-table'
type Fields = Readonly<Record<string, string>>
const post = (form: Fields, actor = MAKER, path = PAGE) => pageAt(server, path, { form, actor })
const columns = (...list: readonly Fields[]): Fields =>
  Object.fromEntries(
    list.flatMap((column, place) =>
      Object.entries(column).map(([name, value]) => [`column.${place}.${name}`, value]),
    ),
  )
const ID = { name: 'id', type: 'integer', key: '1' }
const schemaOf = async (table: string) => (await server.request(`/shop/${table}/-/schema.md`)).text()
const isThere = async (table: string) =>
  (await server.request(`/shop/${table}.json?_size=0`, { actor: MAKER })).status === 200

describe('who may create tables by hand', () => {
  it('finds the way on the page of a database that changes', async () => {
    const page = async (path: string, actor?: { id: string }) =>
      (await server.request(path, actor === undefined ? {} : { actor })).text()
    expect(await page('/shop', MAKER)).toContain(`href="${PAGE}"`)
    expect(await page('/shop')).not.toContain('create-table')
    expect(await page('/still', MAKER)).not.toContain('create-table')
  })

  it('is who holds create-table, where something can change', async () => {
    expect((await server.request(PAGE)).status).toBe(403)
    expect((await server.request(PAGE, { form: { table: 'x', step: 'run' } })).status).toBe(403)
    expect((await server.request('/still/-/create-table', { actor: MAKER })).status).toBe(403)
    expect(
      (await post({ table: 'x', ...columns(ID), step: 'run' }, MAKER, '/still/-/create-table')).status,
    ).toBe(403)
    expect((await server.request('/nope/-/create-table', { actor: MAKER })).status).toBe(404)
    expect((await server.request(PAGE, { actor: MAKER })).status).toBe(200)
  })

  it('is nobody whose form comes from another site', async () => {
    const form = { table: 'foreign', ...columns(ID), step: 'run' }
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await server.request(PAGE, { form, actor: MAKER, headers })).status).toBe(403)
    expect(await isThere('foreign')).toBe(false)
  })
})

describe('a table from columns', () => {
  const FORM = {
    table: 'orders',
    ...columns(
      ID,
      { name: 'item', type: 'integer', fk_table: 'items', not_null: '1' },
      { name: 'code', type: 'text', fk_table: 'codes', fk_column: 'code' },
      { name: 'state', type: 'text', default: 'value', default_value: "it's new" },
      { name: 'count', type: 'integer', default: 'value', default_value: '1' },
      { name: 'made', type: 'text', default: 'current_timestamp' },
      { name: '', type: 'text' },
    ),
  }

  it('is shown as SQL before it is made, and the form is kept', async () => {
    const { status, html } = await post({ ...FORM, step: 'preview' })
    expect(status).toBe(200)
    expect(html).toContain('Nothing has been made yet')
    expect(html).toContain('&quot;count&quot; INTEGER DEFAULT 1')
    expect(html).toContain('name="column.3.default_value" value="it&#39;s new"')
    expect(await isThere('orders')).toBe(false)
    const again = await post({ ...FORM, step: 'edit' })
    expect(again.html).toContain('name="column.3.default_value"')
    expect(again.html).toMatch(/column\.3\.default_value[^>]*value="it&#39;s new"/)
  })

  it('gets another line on demand and loses nothing', async () => {
    const { status, html } = await post({ ...FORM, table: '', step: 'add-column' })
    expect(status).toBe(200)
    expect(html).toContain('name="column.7.name"')
    expect(html).not.toContain('name="column.8.name"')
    expect(html).toMatch(/name="column\.1\.not_null" value="1" checked/)
    expect(html).not.toContain('field-error')
  })

  it('is made, and its page says so', async () => {
    const { status, response } = await post({ ...FORM, step: 'run' })
    expect(status).toBe(303)
    expect(response.headers.get('location')).toBe('/shop/orders')
    expect(response.headers.get('set-cookie')).toContain('ds_messages=')
    const schema = await schemaOf('orders')
    for (const line of [
      '"id" INTEGER PRIMARY KEY,',
      '"item" INTEGER NOT NULL REFERENCES "items"("id"),',
      '"code" TEXT REFERENCES "codes"("code"),',
      `"state" TEXT DEFAULT 'it''s new',`,
      '"count" INTEGER DEFAULT 1,',
      '"made" TEXT DEFAULT CURRENT_TIMESTAMP\n',
    ])
      expect(schema).toContain(line)
  })

  it('can have a key of several columns', async () => {
    await post({ table: 'pairs', ...columns({ ...ID, name: 'a' }, { ...ID, name: 'b' }), step: 'run' })
    expect(await schemaOf('pairs')).toContain('PRIMARY KEY ("a", "b")')
  })

  it.each<[string, Fields, string]>([
    ['no name', { table: '', ...columns(ID) }, 'The table needs a name'],
    ['a name of SQLite', { table: 'sqlite_x', ...columns(ID) }, 'begin with sqlite_'],
    ['a name that is there', { table: 'ITEMS', ...columns(ID) }, 'ITEMS is there already'],
    ['the name of a view', { table: 'few', ...columns(ID) }, 'few is there already'],
    ['the name of a query', { table: 'taken', ...columns(ID) }, 'There is a stored query called taken'],
    ['no columns', { table: 'x', ...columns({ name: '' }) }, 'at least one column'],
    ['a name twice', { table: 'x', ...columns(ID, { name: 'ID' }) }, 'Another column has this name'],
    [
      'a type that nobody knows',
      { table: 'x', ...columns({ name: 'a', type: 'varchar' }) },
      'Choose one of the types',
    ],
    [
      'a default of another type',
      { table: 'x', ...columns({ name: 'a', type: 'integer', default: 'value', default_value: 'one' }) },
      'Write a whole number',
    ],
    [
      'a default that nobody knows',
      { table: 'x', ...columns({ name: 'a', default: 'random()' }) },
      'Choose one of these',
    ],
    [
      'a foreign key to nothing',
      { table: 'x', ...columns({ name: 'a', fk_table: 'nope' }) },
      'There is no table called nope',
    ],
    [
      'a foreign key to what they may not see',
      { table: 'x', ...columns({ name: 'a', fk_table: 'secret' }) },
      'There is no table called secret',
    ],
    [
      'a foreign key to what is not unique',
      { table: 'x', ...columns({ name: 'a', fk_table: 'items', fk_column: 'name' }) },
      'not a unique column',
    ],
    [
      'a column without its table',
      { table: 'x', ...columns({ name: 'a', fk_column: 'id' }) },
      'Which table is that column in?',
    ],
  ])('is refused with %s, and the form is kept', async (_what, form, message) => {
    for (const step of ['preview', 'run']) {
      const { status, html } = await post({ ...form, step })
      expect(status).toBe(400)
      expect(html).toContain(message)
      expect(html).toContain('name="table"')
    }
    expect(await isThere('x')).toBe(false)
  })
})

it('has no more columns than SQLite takes, and a form of more is not read to its end', async () => {
  const many = (count: number) => columns(...Array.from({ length: count }, (_, n) => ({ name: `c${n}` })))
  expect((await post({ table: 'wide', ...many(2000), step: 'preview' })).status).toBe(200)
  for (const step of ['add-column', 'edit', 'preview', 'run']) {
    const { status, html } = await post({ table: 'wide', ...many(2001), step })
    expect(status).toBe(400)
    expect(html).toContain('Too many columns, maximum allowed is 2000')
    expect(html).not.toContain('name="column.0.name"')
  }
  expect(await isThere('wide')).toBe(false)
})

describe('a table from pasted rows', () => {
  const CSV = 'id,name,size,code\r\n1,Kākāpō,3.5,007\r\n2,,2,011'

  it('shows the types that the values need, and the first rows', async () => {
    const { html } = await post({ from: 'rows', table: 'birds', rows: CSV, pk: 'id', step: 'preview' })
    expect(html).toContain('&quot;id&quot; INTEGER PRIMARY KEY')
    expect(html).toContain('&quot;size&quot; REAL')
    expect(html).toContain('&quot;code&quot; TEXT')
    expect(html).toContain('2 rows will be written')
    expect(html).toContain('Kākāpō')
    expect(await isThere('birds')).toBe(false)
  })

  it('takes semicolons, with which spreadsheets write where a comma stands in numbers', async () => {
    const rows = 'id;size\n1;"2,5"\n2;3,5'
    const { html } = await post({ from: 'rows', table: 'commas', rows, pk: 'id', step: 'preview' })
    expect(html).toContain('&quot;id&quot; INTEGER PRIMARY KEY')
    expect(html).toContain('&quot;size&quot; TEXT')
  })

  it('is made with its rows', async () => {
    expect((await post({ from: 'rows', table: 'birds', rows: CSV, pk: 'id', step: 'run' })).status).toBe(303)
    const answer = await server.request('/shop/birds.json?_shape=array')
    expect(await answer.json()).toEqual([
      { id: 1, name: 'Kākāpō', size: 3.5, code: '007' },
      { id: 2, name: null, size: 2, code: '011' },
    ])
  })

  it('can be JSON, and get a key of its own', async () => {
    const rows = '[{"a": 9007199254740993}, {"b": [1]}]'
    await post({ from: 'rows', table: 'exact', rows, pk: 'id', step: 'run' })
    const answer = await (await server.request('/shop/exact.json?_shape=array')).text()
    expect(answer).toContain('"a":9007199254740993')
    expect(answer).toContain('"id":2')
  })

  it.each([
    ['nothing', '', 'Paste at least one row.'],
    ['names alone', 'a,b', 'There is no row below it'],
    ['broken JSON', '[{"a": 1', 'This is not JSON'],
    ['a name twice', 'a,a\n1,2', 'It names the column &quot;a&quot; twice'],
    ['too many names', `${Array.from({ length: 2001 }, (_, n) => n).join()}\n`, 'It names too many columns'],
    ['no objects', '[1]', 'Row 1 is no object'],
    ['a line that is too long', 'a\n1,2', 'This is not CSV'],
  ])('is refused for %s', async (_what, rows, message) => {
    const { status, html } = await post({ from: 'rows', table: 'x', rows, step: 'run' })
    expect(status).toBe(400)
    expect(html).toContain(message)
  })

  it('names the row that is wrong', async () => {
    const form = { from: 'rows', table: 'twice', rows: 'id,name\n1,a\n2,b\n1,c', pk: 'id', step: 'run' }
    const { status, html } = await post(form)
    expect(status).toBe(400)
    expect(html).toContain('Row 3: UNIQUE constraint failed: twice.id')
    expect(await isThere('twice')).toBe(false)
  })

  it('adds nothing to a table that is there', async () => {
    const { status, html } = await post({ from: 'rows', table: 'items', rows: 'id\n5', step: 'run' })
    expect(status).toBe(400)
    expect(html).toContain('items is there already')
  })

  it('needs insert-row, on the table of that name too', async () => {
    const form = { from: 'rows', rows: 'id\n5', step: 'run' }
    const refused = await post({ ...form, table: 'x' }, PLANNER)
    expect(refused.status).toBe(403)
    expect(refused.html).toContain('it needs the right insert-row')
    expect((await post({ ...form, table: 'closed' })).status).toBe(403)
    expect(await isThere('x')).toBe(false)
    const page = async (actor: { id: string }) => (await server.request(PAGE, { actor })).text()
    expect(await page(MAKER)).toContain('From rows')
    expect(await page(PLANNER)).not.toContain('From rows')
  })
})
