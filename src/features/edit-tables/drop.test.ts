import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../testing.ts'
import { createListener } from '../../../test/support/listener.ts'
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
  create table par (id integer primary key);
  insert into par values (1), (2);
  create table kid (id integer primary key, p integer references par(id) on delete cascade);
  insert into kid values (1, 1), (2, 1), (3, 2), (4, null);
  create table kid2 (p integer references PAR on delete set null);
  insert into kid2 values (1);
  create table calm (p integer references par on delete cascade);
  create table pairs (a, b, primary key (a, b));
  create table of_pairs (x, y, foreign key (x, y) references pairs on delete set default);
  insert into pairs values (1, 2);
  insert into of_pairs values (1, 2), (1, null);
  create table kept (id integer primary key);
  create view few as select * from [ITEMS];
  create view closed as select * from items;
  create view other as select 'items' as word;
`
const ALL = { id: 'all' }
/** May drop tables, and not see `kept` nor delete rows. */
const DROPPER = { id: 'dropper' }

const { plugin: listener, heard } = createListener()
let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA },
    immutable: ['still'],
    plugins: [listener],
    config: {
      permissions: {
        'drop-table': { id: ['all', 'dropper'] },
        'delete-row': { id: 'all' },
        'update-row': { id: 'all' },
      },
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

  it('says of each foreign key what becomes of how many rows', async () => {
    const said = async (table: string, actor = ALL) =>
      [...(await get(at(table), actor)).html.matchAll(/<li><span>(.*?)<\/span>/gs)].map(([, text = '']) =>
        text.replaceAll(/<[^>]*>/g, ''),
      )
    expect(await said('par')).toEqual([
      '3 rows of kid refer to it by p. Deleted as well, and rows that refer to those may be too.',
      '1 row of kid2 refers to it by p. Kept, with NULL in its place.',
    ])
    expect(await said('pairs')).toEqual([
      '1 row of of_pairs refers to it by x, y. Kept, with the default in its place.',
    ])
    expect(await said('owners')).toEqual([
      '1 row of pets refers to it by owner. Until that is changed, the database does not let it go.',
    ])
    expect(await said('items')).toEqual([])
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
    expect(refused.html).toContain('A row would refer to one that is not there')
    expect(refused.html).toContain('The table is still there')
    expect((await drop('owners', 'owners', DROPPER)).status).toBe(403)
    expect(await isThere('owners')).toBe(true)
  })

  it('leaves in the trail what happened to other tables', async () => {
    expect((await drop('par', 'par')).status).toBe(303)
    await server.settle()
    const told = heard.find(({ name }) => name === 'drop-table')
    expect(told).toMatchObject({ database: 'shop', table: 'par' })
    const effects = told?.name === 'drop-table' ? told.effects : []
    expect(new Set(effects.map(({ operation, table }) => `${operation} ${table}`))).toEqual(
      new Set(['delete kid', 'update kid2', 'delete calm']),
    )
  })

  it('drops it, says so, and goes to the database', async () => {
    const { status, response } = await drop('odd+name', 'odd name')
    expect(status).toBe(303)
    expect(response.headers.get('location')).toBe('/shop')
    expect(response.headers.get('set-cookie')).toContain('ds_messages=')
    expect(await isThere('odd+name')).toBe(false)
  })
})
