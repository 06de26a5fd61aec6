import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../testing.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table items (id integer primary key, name text, size integer default 5);
  insert into items values (1, 'bolt', 3), (2, 'nut', 4);
  create table plain (a text);
  create table moving (a text);
  create table breaks (\ra text,\r\nb text,\nc text);
  create table secret (id integer primary key);
  create table taken (id integer primary key);
  create view few as select 1;
  create table owners (id integer primary key, code text unique);
  create table pets (
    id integer primary key, name varchar(20) default 'Rex', owner integer references owners(id),
    born text default current_date, weight float, "order" text, full text as (name || 'x')
  );
  insert into owners values (1, 'a');
  insert into pets (name, owner, weight) values ('Bo', 1, 2.5);
  create table links (a integer, b integer, primary key (b, a));
  insert into links values (1, 2);
  create table counted (id integer primary key autoincrement, name text);
  create table gaps (id integer primary key, owner integer, note text, hidden integer);
  insert into gaps values (1, 1, 'x', 5), (2, 8, null, 5), (3, 9, null, null), (4, null, 'y', null);
`
const ALL = { id: 'all' }
/** May alter tables and nothing else, and not see `secret`. */
const ALTERER = { id: 'alterer' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA },
    immutable: ['still'],
    config: {
      permissions: {
        'alter-table': { id: ['all', 'alterer'] },
        'create-table': { id: 'all' },
        'drop-table': { id: 'all' },
        'insert-row': { id: 'all' },
      },
      databases: { shop: { tables: { secret: { allow: { id: 'all' } } } } },
    },
  })
})

afterAll(() => server.close())

const at = (table: string) => `/shop/${table}/-/alter-table`
const get = (path: string, actor = ALL) => pageAt(server, path, { actor })
/** The fields of the form as they stand on its page. */
const fieldsOf = async (table: string): Promise<URLSearchParams> => {
  const { html } = await get(at(table))
  const form = new URLSearchParams()
  const decoded = (text = '') =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  const shown = html.replaceAll(/<template>[^]*?<\/template>/g, '')
  for (const [tag] of shown.matchAll(/<input [^>]*>/g)) {
    const part = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]
    const isOff = part('type') === 'checkbox' && !/ checked/.test(tag)
    if (part('name') !== undefined && !isOff) form.append(decoded(part('name')), decoded(part('value')))
  }
  for (const [, name, options = ''] of shown.matchAll(
    /<select[^>]* name="([^"]*)"[^>]*>([^]*?)<\/select>/g,
  )) {
    form.append(name ?? '', decoded(/value="([^"]*)" selected/.exec(options)?.[1]))
  }
  return form
}
type Fields = Readonly<Record<string, string>>
const post = async (table: string, changed: Fields, actor = ALL, form?: URLSearchParams) => {
  const fields = form ?? (await fieldsOf(table))
  for (const [name, value] of Object.entries(changed)) {
    if (value === '-') fields.delete(name)
    else fields.set(name, value)
  }
  return pageAt(server, at(table), { form: fields, actor })
}
const schemaOf = async (table: string) => (await get(`/shop/${table}/-/schema.md`)).html

describe('the page that alters a table', () => {
  it('shows the table as it is', async () => {
    const fields = Object.fromEntries(await fieldsOf('items'))
    expect(fields).toMatchObject({
      table: 'items',
      'column.0.name': 'id',
      'column.0.type': 'integer',
      'column.0.key': '1',
      'column.0.position': '1',
      'column.2.default': 'value',
      'column.2.default_value': '5',
    })
    expect(fields['column.1.key']).toBeUndefined()
  })

  it('says what will happen, in words and SQL, and warns where values are lost', async () => {
    const changed = { 'column.1.name': 'label', 'column.2.drop': '1' }
    const added = { 'column.3.name': 'colour', 'column.3.default': 'value', 'column.3.default_value': 'red' }
    const { status, html } = await post('items', { ...changed, ...added, step: 'preview' })
    expect(status).toBe(200)
    const text = html.replaceAll(/<[^>]*>/g, '')
    expect(text).toContain('Add the column colour: it holds text, its default is “red”.')
    expect(text).toContain('Delete the column size with all its values.')
    expect(text).toContain('Rename the column name to label.')
    expect(text).toContain('Values can be lost')
    expect(text).toContain('2 rows')
    expect(text).toContain('drop column &quot;size&quot;;')
    expect(await schemaOf('items')).toContain('size')
    const rebuilt = await post('counted', { 'column.1.not_null': '1', step: 'preview' })
    expect(rebuilt.html).toContain('delete from sqlite_sequence where name = &#39;counted&#39;;')
    expect(rebuilt.html).not.toContain('?;')
    const harmless = await post('items', { 'column.1.name': 'label', step: 'preview' })
    expect(harmless.html).not.toContain('Values can be lost')
  })

  it('keeps what was written, on the way back and with another line', async () => {
    for (const step of ['edit', 'add-column']) {
      const { html } = await post('items', { 'column.1.name': 'label', 'column.2.drop': '1', step })
      expect(html).toContain('value="label"')
      expect(html).toMatch(/name="column\.2\.drop" value="1" checked/)
      expect(html.includes('name="column.3.name"')).toBe(step === 'add-column')
    }
  })

  it('says which rows do not allow it, and offers it only where all do', async () => {
    const asked = { 'column.1.fk_table': 'owners', 'column.2.not_null': '1' }
    for (const [step, code] of [
      ['preview', 200],
      ['run', 400],
    ] as const) {
      const { status, html } = await post('gaps', { ...asked, step })
      expect(status).toBe(code)
      const text = html.replaceAll(/<[^>]*>/g, '')
      expect(text).toContain('2 rows have a value in owner that no row of owners has.')
      expect(text).toContain('2 rows have no value in note. See these rows')
      expect(html).toContain('<a href="/shop/gaps?note__isnull=1">')
      expect(html).not.toContain('value="run"')
    }
    expect(await schemaOf('gaps')).not.toMatch(/owners|not null/i)
    const fitting = await post('gaps', { 'column.1.name': 'whose', step: 'preview' })
    expect(fitting.html).not.toContain('do not allow this')
    expect(fitting.html).toContain('value="run"')
  })

  it('does it, says so and goes to the table', async () => {
    const changed = { 'column.0.name': 'b', table: 'moved' }
    const added = { 'column.1.name': 'c', 'column.1.type': 'integer' }
    const { status, response } = await post('moving', { ...changed, ...added, step: 'run' })
    expect(status).toBe(303)
    expect(response.headers.get('location')).toBe('/shop/moved')
    expect(response.headers.get('set-cookie')).toContain('ds_messages=')
    const schema = await schemaOf('moved')
    expect(schema).toMatch(/"b" text/i)
    expect(schema).toMatch(/"c" integer/i)
  })

  it('begins anew when somebody else changed the table meanwhile', async () => {
    const form = await fieldsOf('plain')
    const operations = [{ op: 'add_column', args: { name: 'theirs' } }]
    await server.request('/shop/plain/-/alter', { json: { operations }, actor: ALL })
    const { status, html } = await post('plain', { 'column.0.drop': '1', step: 'run' }, ALL, form)
    expect(status).toBe(409)
    expect(html).toContain('Somebody else changed this table meanwhile')
    expect(html).toContain('value="theirs"')
  })

  it('knows a table again whose definition has line breaks of every kind', async () => {
    // A browser reads a lone CR as a line break as well, and sends each as CRLF.
    const fields = await fieldsOf('breaks')
    fields.set('schema', (fields.get('schema') ?? '').replaceAll(/\r\n?|\n/g, '\r\n'))
    expect((await post('breaks', { 'column.0.name': 'z' }, ALL, fields)).status).toBe(200)
  })

  it.each<[string, Fields, number, string]>([
    ['nothing different', {}, 400, 'Nothing is different yet'],
    ['no name', { table: '' }, 400, 'The table needs a name'],
    ['a name that is there', { table: 'TAKEN' }, 400, 'TAKEN is there already'],
    ['the name of a view', { table: 'few' }, 400, 'few is there already'],
    ['a column without a name', { 'column.1.name': '' }, 400, 'A column needs a name'],
    ['a name twice', { 'column.1.name': 'ID' }, 400, 'Another column has this name'],
    ['a place that is no number', { 'column.1.position': 'x' }, 400, 'Write a number'],
    [
      'no column left',
      { 'column.0.drop': '1', 'column.1.drop': '1', 'column.2.drop': '1' },
      400,
      'keeps at least one column',
    ],
    ['no key left', { 'column.0.key': '-' }, 400, 'The table keeps a primary key'],
    [
      'a new column that old rows cannot fill',
      { 'column.3.name': 'x', 'column.3.not_null': '1' },
      400,
      'choose what they get',
    ],
    [
      'a type that nobody knows',
      { 'column.3.name': 'x', 'column.3.type': 'zz' },
      400,
      'Choose one of the types',
    ],
    [
      'a foreign key to what they may not see',
      { 'column.1.fk_table': 'nope' },
      400,
      'There is no table called nope',
    ],
  ])('refuses %s, and changes nothing', async (_what, changed, expected, message) => {
    const before = await schemaOf('items')
    for (const step of ['preview', 'run']) {
      const { status, html } = await post('items', { ...changed, step })
      expect(status).toBe(expected)
      expect(html).toContain(message)
    }
    expect(await schemaOf('items')).toBe(before)
  })
})

describe('what the form of a table can change', () => {
  it('changes nothing that was not changed, whatever the table looks like', async () => {
    for (const table of ['pets', 'links', 'owners', 'items']) {
      expect((await post(table, { step: 'preview' })).html).toContain('Nothing is different yet')
    }
  })

  it('changes types, defaults, keys and the order, and keeps the rows', async () => {
    const changed = {
      'column.1.default': 'none',
      'column.1.not_null': '1',
      'column.2.fk_column': 'code',
      'column.3.default': 'current_timestamp',
      'column.4.type': 'integer',
      'column.4.position': '1',
      'column.0.position': '2',
    }
    const { status, html } = await post('pets', { ...changed, step: 'preview' })
    expect(status).toBe(200)
    const text = html.replaceAll(/<[^>]*>/g, '')
    expect(text).toContain('Change the column name: it must have a value, it has no default.')
    expect(text).toContain('Change the column weight: it holds whole numbers.')
    expect(text).toContain('Put the columns in this order: weight, id, name, owner, born, order')
    expect(text).toContain('The column owner refers to the table owners, by its column code.')
    expect(text).toContain('Values can be lost')
    // The value 1 is no code: nothing is done, and the form is kept.
    const broken = await post('pets', { ...changed, step: 'run' })
    expect(broken.status).toBe(400)
    expect(broken.html).toMatch(/name="column\.2\.fk_column"[^>]*value="code"/)

    expect((await post('pets', { ...changed, 'column.2.fk_column': 'id', step: 'run' })).status).toBe(303)
    const schema = await schemaOf('pets')
    expect(schema).toMatch(/"weight" INTEGER,\s+"id" integer primary key,\s+"name" varchar\(20\) NOT NULL,/i)
    expect(schema).toMatch(/"born" text DEFAULT CURRENT_TIMESTAMP/i)
    const rows = await (await server.request('/shop/pets.json?_shape=array&_col=name&_col=owner')).json()
    expect(rows).toEqual([{ id: 1, name: 'Bo', owner: 1 }])
  })

  it('takes a foreign key away and gives another key', async () => {
    const { status } = await post('links', {
      'column.1.key': '-',
      'column.0.fk_table': 'owners',
      step: 'run',
    })
    expect(status).toBe(303)
    expect(await schemaOf('links')).toMatch(/"a" integer primary key references "owners"\("id"\)/i)
    expect(
      (await post('links', { 'column.0.fk_table': '', 'column.0.fk_column': '', step: 'run' })).status,
    ).toBe(303)
    expect(await schemaOf('links')).not.toMatch(/references/i)
  })
})

describe('who may alter tables by hand', () => {
  it('finds the way on the page of the table', async () => {
    expect((await get('/shop/items')).html).toContain(`href="${at('items')}"`)
    expect((await get('/shop/items', { id: 'x' })).html).not.toContain('alter-table')
    expect((await get('/shop/few')).html).not.toContain('alter-table')
    expect((await get('/still/items')).html).not.toContain('alter-table')
  })

  it('is nobody else', async () => {
    expect((await get(at('items'), { id: 'x' })).status).toBe(403)
    expect((await post('items', { step: 'run', 'column.1.drop': '1' }, { id: 'x' })).status).toBe(403)
    expect((await get(at('few'))).status).toBe(404)
    expect((await get(at('nope'))).status).toBe(404)
    const refused = await get('/still/items/-/alter-table')
    expect(refused).toMatchObject({ status: 403, html: expect.stringContaining('never changes') as string })
    expect(refused.html).not.toContain('Ask the owner of this site for access')
  })

  it('sees no columns of what they may not see', async () => {
    expect((await get(at('secret'), ALTERER)).status).toBe(403)
    expect((await post('secret', { step: 'preview', 'column.0.name': 'x' }, ALTERER)).status).toBe(403)
  })

  it('needs what a copy needs for another name', async () => {
    const { status, html } = await post('items', { table: 'other', step: 'preview' }, ALTERER)
    expect(status).toBe(403)
    expect(html).toContain('need create-table')
    expect(html).toContain('value="other"')
  })

  it('points no foreign key to a table that they may not see', async () => {
    const { status, html } = await post('items', { 'column.1.fk_table': 'secret', step: 'run' }, ALTERER)
    expect(status).toBe(400)
    expect(html).toContain('There is no table called secret')
  })

  it('is no token that may do something else, and no other site', async () => {
    const form = await fieldsOf('items')
    form.set('column.1.drop', '1')
    form.set('step', 'run')
    const before = await schemaOf('items')
    const restrictions = { a: ['vi', 'vd', 'vt', 'ir', 'ur', 'dt'] }
    const token = signToken(server.signer, { a: 'all', t: server.now(), _r: restrictions })
    expect((await server.request(at('items'), { form, token })).status).toBe(403)
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await server.request(at('items'), { form, actor: ALL, headers })).status).toBe(403)
    expect(await schemaOf('items')).toBe(before)
  })
})
