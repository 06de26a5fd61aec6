import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../testing.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table items (id integer primary key, name text);
  insert into items values (1, 'bolt'), (2, 'nut');
  create table "odd name" (id integer primary key);
  create table owners (id integer primary key);
  create table pets (id integer primary key, owner integer references owners(id));
  create table files (id integer primary key, owner integer references owners(id) on delete cascade);
  insert into owners values (1);
  insert into pets values (1, 1);
  create table kept (id integer primary key);
  create view few as select * from [ITEMS];
  create view closed as select * from items;
  create view other as select 'items' as word;
`
const ALL = { id: 'all' }
/** May drop tables, and not see `kept` nor delete rows. */
const DROPPER = { id: 'dropper' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA },
    immutable: ['still'],
    config: {
      permissions: { 'drop-table': { id: ['all', 'dropper'] }, 'delete-row': { id: 'all' } },
      databases: {
        shop: {
          tables: {
            kept: { allow: { id: 'all' } },
            files: { allow: { id: 'all' } },
            closed: { allow: { id: 'all' } },
          },
          queries: {
            names: { sql: 'select name from "items"', title: 'All names' },
            hidden: { sql: 'select 1 from items', allow: { id: 'all' } },
            text: "select 'items' -- items",
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const at = (table: string) => `/shop/${table}/-/drop-table`
const get = (path: string, actor = ALL) => pageAt(server, path, { actor })
const drop = (table: string, typed: string, actor = ALL) =>
  pageAt(server, at(table), { form: { table: typed, step: 'run' }, actor })
const isThere = async (table: string) => (await get(`/shop/${table}.json?_size=0`)).status === 200

describe('the page that drops a table', () => {
  it('says what will be lost and what needs the table', async () => {
    const { html } = await get(at('items'))
    expect(html).toContain('All its 2 rows')
    for (const name of ['few', 'closed', 'All names', 'hidden']) expect(html).toContain(`<bdi>${name}</bdi>`)
    for (const name of ['other', 'text']) expect(html).not.toContain(`<bdi>${name}</bdi>`)
    expect((await get(at('owners'))).html).toMatch(/pets<\/bdi><\/a> \(table that refers to it\)/)
  })

  it('tells nobody of what they may not see', async () => {
    const { html } = await get(at('items'), DROPPER)
    for (const name of ['closed', 'hidden']) expect(html).not.toContain(`<bdi>${name}</bdi>`)
    expect((await get(at('owners'), DROPPER)).html).not.toContain('files')
  })

  it('is linked where somebody may drop', async () => {
    expect((await get('/shop/items')).html).toContain(`href="${at('items')}"`)
    expect((await get('/shop/items', { id: 'x' })).html).not.toContain('drop-table')
    expect((await get('/shop/few')).html).not.toContain('drop-table')
    expect((await get('/still/items')).html).not.toContain('drop-table')
  })

  it('is closed to everybody else', async () => {
    expect((await get(at('items'), { id: 'x' })).status).toBe(403)
    expect((await drop('items', 'items', { id: 'x' })).status).toBe(403)
    expect((await get(at('few'))).status).toBe(404)
    expect((await get(at('nope'))).status).toBe(404)
    expect((await get('/still/items/-/drop-table')).status).toBe(403)
    expect((await get(at('kept'), DROPPER)).status).toBe(403)
    expect((await drop('kept', 'kept', DROPPER)).status).toBe(403)
    expect(await isThere('kept')).toBe(true)
  })

  it('takes no token that may do something else', async () => {
    const token = signToken(server.signer, {
      a: 'all',
      t: server.now(),
      _r: { a: ['vi', 'vd', 'vt', 'ir', 'dr', 'at'] },
    })
    const answer = await server.request(at('items'), { form: { table: 'items', step: 'run' }, token })
    expect(answer.status).toBe(403)
    expect(await isThere('items')).toBe(true)
  })

  it('does nothing for another name, or for a form of another site', async () => {
    const { status, html } = await drop('items', 'Items')
    expect(status).toBe(400)
    expect(html).toContain('This is not the name of the table')
    expect(html).toContain('value="Items"')
    const headers = { 'sec-fetch-site': 'cross-site' }
    const form = { table: 'items', step: 'run' }
    expect((await server.request(at('items'), { form, actor: ALL, headers })).status).toBe(403)
    expect(await isThere('items')).toBe(true)
  })

  it('keeps a table that rows refer to, or whose dropping would change what they may not', async () => {
    const refused = await drop('owners', 'owners')
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('FOREIGN KEY constraint failed')
    expect(refused.html).toContain('The table is still there')
    expect((await drop('owners', 'owners', DROPPER)).status).toBe(403)
    expect(await isThere('owners')).toBe(true)
  })

  it('drops it, says so, and goes to the database', async () => {
    const { status, response } = await drop('odd+name', 'odd name')
    expect(status).toBe(303)
    expect(response.headers.get('location')).toBe('/shop')
    expect(response.headers.get('set-cookie')).toContain('ds_messages=')
    expect(await isThere('odd+name')).toBe(false)
  })
})
