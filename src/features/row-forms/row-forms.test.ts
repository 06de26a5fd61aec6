import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'
import { fingerprint } from './field-state.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table makers (id integer primary key, name text);
  insert into makers values (1, 'Ines Okafor'), (2, 'Mei');
  create table closed (id integer primary key, name text);
  insert into closed values (7, 'Hidden Name');
  create table items (
    id integer primary key, name text not null unique, qty integer, price real, note text,
    maker integer references makers(id), secret integer references closed(id),
    meta text, added text default current_timestamp, photo blob, total real as (qty * price),
    constraint small check (price < 1000)
  );
  insert into items (id, name, qty, price, note, maker, meta, added, photo) values
    (1, 'bolt', 9007199254740993, 1.0, 'line one' || char(13, 10) || 'line two', 1, '{"a": 1}', '2026-01-01', x'0102ff'),
    (2, 'nut', null, 2.5, '', 2, null, '2026-01-02', null),
    (3, 'saw', 3, 3.5, null, null, null, '2026-01-03', null);
  create table parts (item integer references items(id) on delete cascade, what text);
  insert into parts values (3, 'blade'), (3, 'grip');
  create table orders (id integer primary key, item integer references items(id));
  insert into orders values (1, 2);
  create table hidden_parts (item integer references items(id) on delete cascade);
  create table codes (code text, region text, v, primary key (code, region));
  insert into codes values ('a/b', 'eu', 1.0);
  create table plain (what text);
  create table loose (id integer primary key, v);
  insert into loose values (1, '5'), (2, 5), (3, 1.0);
  create table pairs (a integer, b integer, primary key (a, b));
  insert into pairs values (1, 2);
  create table papers (id integer primary key, body Json);
  insert into papers values (1, '{}');
  create table guests (id integer primary key, name text not null, joined date not null, left date);
  insert into guests values (1, 'Ada', '2020-01-31', '31.12.2020');
  create table members (id integer primary key, vip boolean, paid bool, balance decimal(10, 2), since date);
  insert into members values (1, 1, 'TRUE', 1.5, 'spring'), (2, 'perhaps', 'FALSE', 'none', null);
  create view few as select * from items;
  create table big (id integer primary key, name text);
  insert into big with n(i) as (select 1 union all select i + 1 from n limit 150) select i, 'big ' || i from n;
  create table of_big (id integer primary key, big integer not null references big(id));
  insert into of_big values (1, 42);
`

const ANN = { id: 'ann' }
/** May insert everywhere, and neither change rows nor see the table `closed`. */
const ADDER = { id: 'adder' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: 'create table t (id integer primary key)' },
    immutable: ['still'],
    config: {
      settings: { max_insert_rows: 3 },
      permissions: {
        'insert-row': { id: ['ann', 'adder', 'editor'] },
        'update-row': { id: ['ann', 'editor'] },
        'delete-row': { id: 'ann' },
      },
      databases: {
        shop: {
          tables: {
            closed: { allow: { id: 'nobody' } },
            hidden_parts: { allow: { id: 'nobody' }, permissions: { 'delete-row': { id: 'nobody' } } },
            items: { label_column: 'name', column_types: { meta: 'json' } },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

type Fields = Readonly<Record<string, string>>

const get = (path: string, actor: { id: string } = ANN) =>
  pageAt(server, `/shop/${path}`, { actor, headers: { accept: 'text/html' } })
const post = async (path: string, form: Fields | URLSearchParams | FormData, actor: { id: string } = ANN) => {
  const sent = form instanceof FormData ? await multipart(form) : { form }
  const response = await server.request(`/shop/${path}`, { ...sent, method: 'POST', actor })
  const note = /ds_messages=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]
  return {
    status: response.status,
    location: response.headers.get('location'),
    note: note === undefined ? null : server.signer.verify(note, 'messages'),
    html: await response.text(),
  }
}
const multipart = async (form: FormData) => {
  const encoded = new Response(form)
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
  return { headers, body: encoded.body ?? '' }
}
const said = (text: string) => ({ ok: true, value: [[text, 1]] })

const sql = (statement: string) => {
  const database = new DatabaseSync(server.files['shop'] ?? '')
  database.exec(statement)
  database.close()
}
const rows = (query: string): unknown => {
  const database = new DatabaseSync(server.files['shop'] ?? '')
  const found = database.prepare(query)
  found.setReadBigInts(true)
  const all = found.all().map((row) => Object.values(row))
  database.close()
  return all
}

/** What a browser would send of the form on a page, when nothing is touched; null for a page without a form. */
const formOf = (html: string): URLSearchParams => {
  const form = new URLSearchParams()
  const decode = (text: string) =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  for (const [, attributes = ''] of html.matchAll(/<input ([^>]*)\/?>/g)) {
    const attribute = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1]
    const type = attribute('type')
    const name = attribute('name')
    if (name === undefined || type === 'file' || (type === 'checkbox' && !/ checked/.test(attributes)))
      continue
    if (/^(?:value|instead|was|sure)\./.test(name))
      form.append(decode(name), decode(attribute('value') ?? ''))
  }
  for (const [, name = '', text = ''] of html.matchAll(
    /<textarea [^>]*name="([^"]*)"[^>]*>([^<]*)<\/textarea>/g,
  )) {
    form.append(name, decode(text).replace(/^\n/, '').replaceAll(/\r?\n/g, '\r\n'))
  }
  for (const [, name = '', options = ''] of html.matchAll(
    /<select [^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs,
  )) {
    form.append(name, decode(/<option value="([^"]*)" selected/.exec(options)?.[1] ?? ''))
  }
  return form
}
const filled = (form: URLSearchParams, fields: Fields): URLSearchParams => {
  const copy = new URLSearchParams(form)
  for (const [name, value] of Object.entries(fields)) copy.set(name, value)
  return copy
}

describe('the form for a new row', () => {
  it('has a field for each column, and tells what the database fills in', async () => {
    const { status, html } = await get('items/-/insert-row')
    expect(status).toBe(200)
    expect(html).toContain('name (required)')
    expect(html).toMatch(/inputmode="numeric"/)
    expect(html).toContain('Filled by the database: the next number')
    expect(html).toContain('Filled by the database: current_timestamp')
    expect(html).toContain('Computed by the database: total.')
    expect(html).toMatch(/<textarea [^>]*name="value.meta"/)
    expect(html).toMatch(/type="file"/)
  })

  it('offers the rows of a small table, and nothing of one that is closed', async () => {
    const { html } = await get('items/-/insert-row')
    expect(html).toMatch(/<option value="1">Ines Okafor \(1\)<\/option>/)
    expect(html).not.toMatch(/closed|Hidden Name/)
  })

  it('has a text with suggestions where the other table is large', async () => {
    const { html } = await get('of_big/-/insert-row')
    expect(html).toContain('data-suggest="/shop/big/-/autocomplete"')
    expect((await get('of_big/1/-/edit-row')).html).toContain('now big 42')
  })

  it('adds a row with what was written, and leads to it', async () => {
    const form = filled(formOf((await get('items/-/insert-row')).html), {
      'value.name': 'gear',
      'value.qty': '-9223372036854775808',
      'value.price': '1.0',
      'value.maker': '2',
    })
    const answer = await post('items/-/insert-row', form)
    expect(answer).toMatchObject({
      status: 303,
      location: '/shop/items/4',
      note: said('Inserted row 4 (gear)'),
    })
    expect(rows("select qty, price, note, maker, typeof(added) from items where name = 'gear'")).toEqual([
      [-9223372036854775808n, 1, null, 2n, 'text'],
    ])
  })

  it('writes NULL and empty text as they are chosen', async () => {
    const form = filled(formOf((await get('plain/-/insert-row')).html), {})
    expect((await post('plain/-/insert-row', form)).status).toBe(303)
    form.delete('instead.what')
    await post('plain/-/insert-row', form)
    await post('plain/-/insert-row', { 'value.what': 'typed', 'instead.what': 'null as shown' })
    await post('plain/-/insert-row', { 'value.what': 'typed', 'instead.what': 'null' })
    expect(rows('select what from plain')).toEqual([[null], [''], ['typed'], [null]])
  })

  it('says in words that it is too large, and leads back', async () => {
    expect((await get('items/-/insert-row')).html).toContain(
      'A file of at most 2 MB, with all else in this form (BLOB).',
    )
    expect((await get('makers/-/insert-rows')).html).toContain('At most 3 rows and 2 MB.')
    const response = await server.request('/shop/items/-/insert-row', {
      actor: ANN,
      form: { 'value.name': 'x'.repeat(3_000_000) },
      headers: { referer: `http://localhost:8001/shop/items/-/insert-row` },
    })
    expect(response.status).toBe(413)
    const html = await response.text()
    expect(html).toContain('A form may have 2 MB at most, with the files in it. Nothing was changed.')
    expect(html).toMatch(/<a [^>]*href="\/shop\/items\/-\/insert-row"[^>]*>\s*Open the form again/)
  })

  it('asks once about required text that is empty, and takes no empty date', async () => {
    const form = formOf((await get('guests/-/insert-row')).html)
    const refused = await post('guests/-/insert-row', form)
    expect(refused.status).toBe(400)
    expect(refused.html).toMatch(/id="field-value.name-error">\s*This is empty, and the table needs a value/)
    expect(refused.html).toMatch(/id="field-value.joined-error">\s*Write a value\./)
    const still = await post('guests/-/insert-row', formOf(refused.html))
    expect(still.status).toBe(400)
    expect(still.html).not.toContain('field-value.name-error')
    const dated = filled(formOf(still.html), { 'value.joined': '2026-01-31' })
    expect((await post('guests/-/insert-row', dated)).status).toBe(303)
    expect(rows('select name, joined from guests where id = 2')).toEqual([['', '2026-01-31']])
    sql('delete from guests where id = 2')
  })

  it('gives the next number to a row whose key was typed and cleared, and names the box elsewhere', async () => {
    const form = filled(formOf((await get('of_big/-/insert-row')).html), {
      'value.id': 'no',
      'value.big': '1',
    })
    const refused = filled(formOf((await post('of_big/-/insert-row', form)).html), { 'value.id': '' })
    expect(refused.has('instead.id')).toBe(false)
    expect(await post('of_big/-/insert-row', refused)).toMatchObject({ location: '/shop/of_big/2' })
    sql('create table counted (id integer primary key, n integer not null default 5, m integer default 6)')
    const { html } = await post('counted/-/insert-row', { 'value.id': '', 'value.n': '', 'value.m': '' })
    expect(html).toMatch(/id="field-value.n-error">\s*Write a value, or tick “Filled by the database”\./)
    expect(html).toMatch(
      /id="field-value.m-error">\s*Write a value, or tick “Filled by the database” or NULL\./,
    )
  })

  it('asks to choose a row where a name was written for its key', async () => {
    const form = filled(formOf((await get('of_big/-/insert-row')).html), { 'value.big': 'big 42' })
    expect((await post('of_big/-/insert-row', form)).html).toContain(
      'This is no key of big. Write a part of its name and choose the row from the list, or write its key.',
    )
  })

  it('offers yes and no as the column writes them, and keeps what is neither', async () => {
    const { html } = await get('members/-/insert-row')
    expect(html).toMatch(/name="value.vip"[^>]*>.*?<option value="1">Yes \(1\)<\/option>/s)
    expect(html).toMatch(/name="value.paid"[^>]*>.*?<option value="FALSE">No \(FALSE\)<\/option>/s)
    const edit = formOf((await get('members/2/-/edit-row')).html)
    expect(edit.get('value.vip')).toBe('perhaps')
    await post('members/2/-/edit-row', filled(edit, { 'value.paid': 'TRUE' }))
    expect(rows('select vip, paid, balance from members where id = 2')).toEqual([['perhaps', 'TRUE', 'none']])
  })

  it('asks once about what is no date and no number, and stores it when it comes again', async () => {
    const form = filled(formOf((await get('members/1/-/edit-row')).html), {
      'value.balance': '12,50',
      'value.since': '2020-02-31',
    })
    const asked = await post('members/1/-/edit-row', form)
    expect(asked.status).toBe(400)
    expect(asked.html).toMatch(
      /balance-error">\s*Decimals are written with a point: 12\.50\. If that is what/,
    )
    expect(asked.html).toMatch(/since-error">\s*There is no day 2020-02-31\. If that is what you mean/)
    const again = filled(formOf(asked.html), { 'value.balance': '12.50' })
    expect((await post('members/1/-/edit-row', again)).status).toBe(303)
    expect(rows('select balance, since from members where id = 1')).toEqual([[12.5, '2020-02-31']])
  })

  it('asks anew when something else is sent than what it asked about', async () => {
    const form = filled(formOf((await get('guests/1/-/edit-row')).html), { 'value.name': '' })
    const asked = formOf((await post('guests/1/-/edit-row', form)).html)
    expect((await post('guests/1/-/edit-row', filled(asked, { 'value.name': 'Ada ' }))).status).toBe(303)
    const other = filled(asked, { 'sure.name': 'made up', 'was.name': fingerprint('Ada ') })
    expect((await post('guests/1/-/edit-row', other)).status).toBe(400)
    expect(rows('select name from guests')).toEqual([['Ada ']])
  })

  it('shows what is wrong at the field, and keeps what was written', async () => {
    const form = filled(formOf((await get('items/-/insert-row')).html), {
      'value.name': 'kept <b>',
      'value.qty': '99999999999999999999',
      'value.price': '1,5',
      'value.meta': '{a: 1}',
    })
    const { status, html } = await post('items/-/insert-row', form)
    expect(status).toBe(400)
    expect(html).toContain('value="kept &lt;b&gt;"')
    expect(html).toContain('This number is too large')
    expect(html).toContain('Decimals are written with a point: 1.5.')
    expect(html).toContain('This is not JSON')
    expect(html).toContain('{a: 1}')
  })

  it('leads to the fields that are wrong, and begins at the first', async () => {
    const form = filled(formOf((await get('items/-/insert-row')).html), {
      'value.name': 'x',
      'value.qty': 'many',
      'value.price': 'much',
    })
    const { html } = await post('items/-/insert-row', form)
    expect(html).toContain('<a href="#field-value.qty">qty</a>: Write a whole number')
    expect(html).toContain('<a href="#field-value.price">price</a>')
    expect(html.match(/<[^>]+ autofocus/g)).toHaveLength(1)
    expect(html).toMatch(/<input [^>]*id="field-value.qty"[^>]* autofocus/)
    expect((await get('items/-/insert-row')).html).not.toContain('autofocus')
  })

  it('checks what is declared as JSON', async () => {
    const { html } = await get('papers/-/insert-row')
    expect(html).toMatch(/<textarea [^>]*name="value.body"/)
    expect(html).toMatch(/>JSON\.</)
    const refused = await post('papers/-/insert-row', { 'value.body': '{a: 1}' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('This is not JSON')
    expect((await post('papers/-/insert-row', { 'value.body': '{"a": 1}' })).status).toBe(303)
    expect((await post('papers/1/-/edit-row', { 'value.body': 'x' })).status).toBe(400)
    expect(rows('select body from papers order by id')).toEqual([['{}'], ['{"a": 1}']])
  })

  it.each([
    ['UNIQUE', { 'value.name': 'bolt' }, 'name', 'Another row has this value already.'],
    [
      'CHECK',
      { 'value.name': 'dear', 'value.price': '5000' },
      'price',
      'The table has a rule against this value: small.',
    ],
  ])('shows a %s failure at its field', async (_kind, fields, column, words) => {
    const form = filled(formOf((await get('items/-/insert-row')).html), fields)
    const { status, html } = await post('items/-/insert-row', form)
    expect(status).toBe(400)
    expect(html).toMatch(new RegExp(`id="field-value.${column}-error">\\s*${words}`))
  })

  it('shows where a reference leads nowhere, and tells nothing of a closed table', async () => {
    const form = filled(formOf((await get('items/-/insert-row')).html), {
      'value.name': 'x',
      'value.maker': '99',
    })
    expect((await post('items/-/insert-row', form)).html).toContain('No row of makers has this key.')
    const closed = filled(formOf((await get('items/-/insert-row')).html), {
      'value.name': 'x',
      'value.secret': '99',
    })
    const { status, html } = await post('items/-/insert-row', closed)
    expect(status).toBe(400)
    expect(html).toContain('a row refers to one that would not be there')
    expect(html).not.toContain('closed')
  })

  it('adds to a full-text table, from which SQLite returns nothing', async () => {
    sql('create virtual table words using fts5(body)')
    const answer = await post('words/-/insert-row', { 'value.body': 'found' })
    expect(answer).toMatchObject({ status: 303, note: said('Inserted a row into words') })
    expect(rows('select body from words')).toEqual([['found']])
  })

  it('stores bytes of a file', async () => {
    const form = new FormData()
    form.set('value.name', 'pictured')
    form.set('value.photo', new File([new Uint8Array([0, 255, 10])], 'p.png'))
    form.set('instead.id', 'filled as shown')
    for (const name of ['qty', 'price', 'note', 'maker', 'secret', 'meta', 'added'])
      form.set(`instead.${name}`, 'null')
    expect(await post('items/-/insert-row', form)).toMatchObject({ status: 303 })
    expect(rows("select hex(photo) from items where name = 'pictured'")).toEqual([['00FF0A']])
  })

  it('leads who may not see the table back to the form', async () => {
    const server2 = await post('closed/-/insert-row', { 'value.id': '70', 'value.name': 'x' }, ADDER)
    expect(server2).toMatchObject({
      status: 303,
      location: '/shop/closed/-/insert-row',
      note: said('Inserted row 70'),
    })
  })
})

describe('the form of a row', () => {
  it('changes nothing when nothing is touched', async () => {
    const before = rows('select * from items where id in (1, 2)')
    for (const id of [1, 2]) {
      const { html } = await get(`items/${id}/-/edit-row`)
      expect(await post(`items/${id}/-/edit-row`, formOf(html))).toMatchObject({
        status: 303,
        location: `/shop/items/${id}`,
        note: said(`Nothing was changed in row ${id} (${id === 1 ? 'bolt' : 'nut'})`),
      })
    }
    expect(rows('select * from items where id in (1, 2)')).toEqual(before)
  })

  it('shows numbers with all their digits, and writes what was changed alone', async () => {
    const { html } = await get('items/1/-/edit-row')
    expect(html).toContain('value="9007199254740993"')
    expect(html).toContain('value="1.0"')
    expect(html).toContain('Keep the 3 bytes that are there')
    const form = filled(formOf(html), { 'value.note': 'line one\r\nline 2' })
    expect(await post('items/1/-/edit-row', form)).toMatchObject({
      status: 303,
      note: said('Updated row 1 (bolt)'),
    })
    expect(rows('select note, qty, hex(photo) from items where id = 1')).toEqual([
      ['line one\r\nline 2', 9007199254740993n, '0102FF'],
    ])
  })

  it('tells NULL from empty text', async () => {
    const form = formOf((await get('items/2/-/edit-row')).html)
    expect(form.get('instead.note')).toBeNull()
    expect(form.get('instead.qty')).toBe('null as shown')
    form.set('instead.note', 'null')
    form.set('value.qty', '5')
    await post('items/2/-/edit-row', form)
    expect(rows('select note, qty from items where id = 2')).toEqual([[null, 5n]])
  })

  it('keeps the storage of a column without a type', async () => {
    const form = async (id: number) => formOf((await get(`loose/${id}/-/edit-row`)).html)
    for (const id of [1, 2, 3]) await post(`loose/${id}/-/edit-row`, await form(id))
    expect(rows('select typeof(v) from loose')).toEqual([['text'], ['integer'], ['real']])
    await post('loose/3/-/edit-row', filled(await form(3), { 'value.v': '2.0' }))
    expect(rows('select typeof(v), v from loose where id = 3')).toEqual([['real', 2]])
  })

  it('leaves a column alone that was added since the form was made', async () => {
    sql('create table grows (id integer primary key, a text); insert into grows values (1, null)')
    const form = filled(formOf((await get('grows/1/-/edit-row')).html), { 'value.a': 'x' })
    sql("alter table grows add column b text default 'kept'")
    expect((await post('grows/1/-/edit-row', form)).status).toBe(303)
    expect(rows('select a, b from grows')).toEqual([['x', 'kept']])
  })

  it('takes rows with compound keys', async () => {
    const form = filled(formOf((await get('codes/a~2Fb,eu/-/edit-row')).html), { 'value.v': 'new' })
    expect(await post('codes/a~2Fb,eu/-/edit-row', form)).toMatchObject({
      status: 303,
      location: '/shop/codes/a~2Fb,eu',
    })
  })

  it('says so where there is nothing but a key', async () => {
    const { status, html } = await get('pairs/1,2/-/edit-row')
    expect(status).toBe(200)
    expect(html).toContain('delete the row and insert another')
    expect(html).not.toContain('>Save<')
  })

  it('asks before it writes over what somebody else wrote meanwhile', async () => {
    const form = filled(formOf((await get('items/3/-/edit-row')).html), { 'value.name': 'my saw' })
    sql("update items set name = 'their saw', price = 4.5 where id = 3")
    const asked = await post('items/3/-/edit-row', form)
    expect(asked.status).toBe(409)
    expect(asked.html).toContain('Somebody changed this row while you were writing')
    expect(asked.html).toContain('their saw')
    expect(asked.html).toContain('value="my saw"')
    expect(rows('select name from items where id = 3')).toEqual([['their saw']])

    const again = await post('items/3/-/edit-row', formOf(asked.html))
    expect(again).toMatchObject({ status: 303, note: said('Updated row 3 (my saw)') })
    expect(rows('select name, price from items where id = 3')).toEqual([['my saw', 4.5]])
  })

  it('edits a row with a text that is not UTF-8, and keeps that text', async () => {
    sql(
      "create table odd (id integer primary key, t text, n integer); insert into odd values (1, cast(x'ff41' as text), 1)",
    )
    const form = filled(formOf((await get('odd/1/-/edit-row')).html), { 'value.n': '2' })
    expect((await post('odd/1/-/edit-row', form)).status).toBe(303)
    expect(rows('select hex(t), n from odd')).toEqual([['FF41', 2n]])
  })

  it('does not take the empty choice of a list for a default', async () => {
    sql(
      'create table picks (id integer primary key, maker integer default 1 references makers(id)); insert into picks values (1, 2)',
    )
    const form = filled(formOf((await get('picks/1/-/edit-row')).html), { 'value.maker': '' })
    form.set('instead.maker', 'null as shown')
    await post('picks/1/-/edit-row', form)
    expect(rows('select maker from picks')).toEqual([[null]])
  })

  it('says so when the row is gone', async () => {
    sql("insert into items (id, name) values (50, 'short lived')")
    const form = formOf((await get('items/50/-/edit-row')).html)
    sql('delete from items where id = 50')
    const { status, html } = await post('items/50/-/edit-row', form)
    expect(status).toBe(404)
    expect(html).toContain('There is no such row, or no longer')
  })
})

describe('deleting a row', () => {
  it('says what it does to rows of other tables, of those alone that the reader may see', async () => {
    sql(
      "insert into items (id, name) values (60, 'held'); insert into hidden_parts values (60); insert into parts values (60, 'x')",
    )
    const { html } = await get('items/60/-/delete-row')
    expect(html).toContain('Delete row <bdi>60 (held)</bdi>?')
    expect(html).toMatch(
      /1 row of <strong>parts<\/strong> refers to it by <strong>item<\/strong>\. Deleted as well, and rows that refer to those may be too\./,
    )
    expect(html).not.toContain('hidden_parts')
  })

  it('does not reach tables where the actor may not delete', async () => {
    const { status, html } = await post('items/60/-/delete-row', { confirm: 'yes' })
    expect(status).toBe(403)
    expect(html).not.toContain('hidden_parts')
    expect(rows('select count(*) from items where id = 60')).toEqual([[1n]])
    sql('delete from hidden_parts')
  })

  it('tells what the database would refuse, and does not offer it', async () => {
    const { status, html } = await get('makers/2/-/delete-row')
    expect(status).toBe(200)
    expect(html).toContain('cannot be deleted')
    expect(html).toContain('<strong>items</strong>')
    expect(html).not.toContain('name="confirm"')
    const refused = await post('makers/2/-/delete-row', { confirm: 'yes' })
    expect(refused.status).toBe(400)
    expect(refused.html).toContain('the database does not let it go. Nothing was changed.')
  })

  it('asks again when it is another row by now, and shows that one', async () => {
    const changing = await createTestServer({
      databases: {
        shop: "create table t (id integer primary key, name text, n); insert into t values (1, 'one', 1)",
      },
      rootEnabled: true,
    })
    const path = '/shop/t/1/-/delete-row'
    const actor = { id: 'root' }
    const shownBy = (html: string) => /name="shown" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const ask = async () => (await changing.request(path, { actor })).text()
    const confirm = (shown: string) => changing.request(path, { actor, form: { confirm: 'yes', shown } })
    const asked = await ask()
    await changing.request('/shop/t/1/-/update', { actor, json: { update: { name: 'other', n: '1' } } })
    const refused = await confirm(shownBy(asked))
    expect(refused.status).toBe(409)
    const html = await refused.text()
    expect(html).toContain('Somebody changed this row meanwhile')
    expect(html).toContain('<dd>other</dd>')
    expect((await changing.request('/shop/t/1.json', { actor })).status).toBe(200)
    expect(shownBy(html)).toBe(shownBy(await ask()))
    expect((await confirm(shownBy(html))).status).toBe(303)
    await changing.close()
  })

  it('deletes it and leads to the table', async () => {
    const permitted = await createTestServer({
      databases: {
        shop: "create table t (id integer primary key, name text); insert into t values (1, 'one')",
      },
      rootEnabled: true,
    })
    const answer = await permitted.request('/shop/t/1/-/delete-row', {
      form: { confirm: 'yes' },
      actor: { id: 'root' },
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/shop/t')
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    const table = await permitted.request('/shop/t', { headers: { cookie } })
    expect(await table.text()).toContain('Deleted row 1 (one)')
    await permitted.close()
  })
})

describe('rows that are pasted', () => {
  const paste = (text: string, step = 'preview', more: Fields = {}, actor = ANN) =>
    post('makers/-/insert-rows', { rows: text, step, ...more }, actor)

  it.each([
    ['JSON', '[{"id": 10, "name": "A"}, {"id": 11, "name": null}]'],
    ['CSV', 'id,name\n10,A\n11,\n'],
    ['CSV with semicolons', 'id;name\n10;A, B\n11;'],
    ['tab-separated text', 'id\tname\n10\tA\n11\t'],
  ])('are shown before they go in: %s', async (format, text) => {
    const { status, html } = await paste(text)
    expect(status).toBe(200)
    expect(html).toContain(`This was read as ${format}.`)
    expect(html).toContain('Insert 2 rows')
    expect(rows('select count(*) from makers where id in (10, 11)')).toEqual([[0n]])
  })

  it('go in once that is confirmed', async () => {
    expect(await paste('id,name\n10,A\n11,\n', 'insert')).toMatchObject({
      status: 303,
      location: '/shop/makers?id__in=%5B%2210%22%2C%2211%22%5D',
      note: said('Inserted 2 rows into makers'),
    })
    expect(rows('select * from makers where id in (10, 11)')).toEqual([
      [10n, 'A'],
      [11n, null],
    ])
  })

  it('go in all or not at all, and what was pasted is kept', async () => {
    const { status, html } = await paste('id,name\n12,B\n10,again', 'insert')
    expect(status).toBe(400)
    expect(html).toContain('Nothing was inserted. Row 2, id: Another row has this value already.')
    expect(html).toContain('12,B')
    expect(rows('select count(*) from makers where id = 12')).toEqual([[0n]])
  })

  it('are shown with what may be a slip, and go in as they are', async () => {
    const text = 'vip;balance;since\n1;1,5;2020-01-31\ntrue;2;31.12.2020'
    const { html } = await post('members/-/insert-rows', { rows: text })
    expect(html).toContain('Row 1, balance: Decimals are written with a point: 1.5.')
    expect(html).toContain('Row 2, vip: This column holds 1 for yes and 0 for no.')
    expect(html).toContain('Row 2, since: This is not written as a day')
    expect((await post('members/-/insert-rows', { rows: text, step: 'insert' })).status).toBe(303)
    expect(rows('select balance from members where id > 2')).toEqual([['1,5'], [2n]])
  })

  it('are shown afterwards, whether they were numbered or brought their keys', async () => {
    const { location } = await paste('name\nNew one\nNew two', 'insert')
    expect(location).toMatch(/^\/shop\/makers\?id__gte=\d+$/)
    const shown = async (path: string) =>
      (await server.request(path.replace('?', '.json?'), { actor: ANN })).json()
    expect(await shown(location ?? '')).toMatchObject({ rows: [{ name: 'New one' }, { name: 'New two' }] })
    const brought = await paste('[{"id": 70, "name": "Seventy"}]', 'insert')
    expect(await shown(brought.location ?? '')).toMatchObject({ rows: [{ name: 'Seventy' }] })
    const loose = await post('plain/-/insert-rows', { rows: 'what\npasted', step: 'insert' })
    expect(await shown(loose.location ?? '')).toMatchObject({ rows: [{ what: 'pasted' }] })
  })

  it.each([
    ['a reference', 'name,maker\nx1,1\nx2,99', 'items', 'Row 2, maker: No row of makers has this key.'],
    ['no value', '[{"name": "y1"}, {"name": null}]', 'items', 'Row 2, name: This cannot be NULL.'],
    [
      'a type',
      '[{"name": "z1", "meta": "{}"}, {"name": "z2", "meta": "{"}]',
      'items',
      'Row 2, meta: Invalid',
    ],
    [
      'columns',
      '[{"name": "a", "x": 1}, {"name": "b", "x": 1, "y": 2}, {"name": "c"}]',
      'items',
      'no column x, and rows 1, 2 have it. The table has no column y, and row 2 has it.',
    ],
  ])('name the row that is wrong: %s', async (_what, text, table, words) => {
    const { status, html } = await post(`${table}/-/insert-rows`, { rows: text, step: 'insert' })
    expect(status).toBe(400)
    expect(html).toContain(words)
  })

  it('skip or replace rows as was chosen, for who may change rows', async () => {
    await paste('id,name\n10,skipped', 'insert', { on_conflict: 'ignore' })
    await paste('id,name\n10,refused', 'insert', { on_conflict: 'replace' }, ADDER)
    expect(rows('select name from makers where id = 10')).toEqual([['A']])
    await paste('id,name\n10,replaced', 'insert', { on_conflict: 'replace' })
    expect(rows('select name from makers where id = 10')).toEqual([['replaced']])
  })

  it.each([
    ['nothing', '', 'Paste at least one row.'],
    ['too many rows', 'id\n1\n2\n3\n4', 'Too many rows, maximum allowed is 3'],
    ['unknown columns', 'id,nope\n1,2', 'The table has no column nope, and every row has it.'],
    ['JSON that is none', '[{"id": 1,}]', 'This is not JSON'],
    ['a list of numbers', '[1]', 'Row 1 is no object'],
    ['a line of another length', 'id,name\n1', 'This is not CSV'],
    ['names without rows', 'id,name', 'There is no row below it'],
  ])('are refused with what is wrong: %s', async (_what, text, words) => {
    const { status, html } = await paste(text)
    expect(status).toBe(400)
    expect(html).toContain(words)
  })
})

describe('who may not change rows', () => {
  it('may keep a page for a while, and who may change rows gets it anew', async () => {
    const kept = async (path: string, actor: { id: string }) =>
      (await server.request(`/shop/${path}`, { actor })).headers.get('cache-control')
    for (const path of ['items', 'items/1']) {
      expect(await kept(path, ANN)).toBe('private, no-cache')
      expect(await kept(path, { id: 'stranger' })).toBe('private, max-age=5')
    }
  })

  it('and the browser alone keeps a form, so that it can go back to one that was refused', async () => {
    const refused = await server.request('/shop/items/-/insert-row', {
      actor: ANN,
      form: { 'value.qty': 'many' },
    })
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([400, 'private, no-cache'])
  })

  it('tells NULL from empty text on the page of a row', async () => {
    sql(
      "create table blanks (id integer primary key, a text, b text); insert into blanks values (1, null, '')",
    )
    const { html } = await get('blanks/1', { id: 'stranger' })
    expect(html).toMatch(/<dt>a<\/dt><dd><span class="cell-null">NULL<\/span>/)
    expect(html).toMatch(/<dt>b<\/dt><dd><span class="cell-null">empty text<\/span>/)
  })

  it('finds the data in other forms', async () => {
    expect((await get('items')).html).toMatch(/This data as <a [^>]*>JSON<\/a>, <a [^>]*>CSV<\/a>/)
    expect((await get('items/1')).html).toMatch(/This row as <a [^>]*>JSON<\/a>/)
  })

  it('sees no links to these pages', async () => {
    expect((await get('items')).html).toMatch(/-\/insert-row"/)
    expect((await get('items')).html).toMatch(/aria-label="Edit row 1"/)
    expect((await get('items/1')).html).toMatch(/Edit row[\s\S]*Delete row/)
    for (const path of ['items', 'items/1']) {
      const { html } = await get(path, { id: 'stranger' })
      expect(html).not.toMatch(/(?:insert|edit|delete)-row/)
    }
    expect((await get('items', ADDER)).html).not.toMatch(/(?:edit|delete)-row/)
    expect((await get('few')).html).not.toMatch(/(?:insert|edit|delete)-row/)
  })

  it.each([
    ['items/-/insert-row', { id: 'stranger' }],
    ['items/-/insert-rows', { id: 'stranger' }],
    ['items/1/-/edit-row', ADDER],
    ['items/1/-/delete-row', { id: 'editor' }],
    ['closed/7/-/edit-row', { id: 'editor' }],
  ])('is refused at %s', async (path, actor) => {
    expect((await get(path, actor)).status).toBe(403)
    expect((await post(path, {}, actor)).status).toBe(403)
  })

  it('nor does anybody in a file that never changes, or in a view', async () => {
    const still = await server.request('/still/t/-/insert-row', { actor: ANN })
    expect(still.status).toBe(403)
    expect((await get('few/-/insert-row')).status).toBe(404)
  })

  it('nor does another site in the name of somebody', async () => {
    const response = await server.request('/shop/items/1/-/delete-row', {
      form: { confirm: 'yes' },
      actor: ANN,
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })
})
