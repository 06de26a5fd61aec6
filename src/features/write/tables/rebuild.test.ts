import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'
import { saidIn } from '../../../../test/support/write-api.ts'

/** Tables with everything that may get lost when a table is built again. */
const SCHEMA = `
  create table makers (id integer primary key, name text);
  create table goods (
    id integer primary key autoincrement,
    name text collate nocase not null unique check (length(name) > 0), -- what it says, on the box
    maker integer references makers(id) on delete set null,
    parent integer references goods(id),
    qty integer default 0,
    price numeric default 1.5,
    raw default 5,
    shout text generated always as (upper(name)) stored,
    constraint cheap check (price < 1000),
    unique (maker, name)
  );
  create table parts (
    id integer primary key,
    good integer references goods(id) on delete cascade,
    slot integer not null default 7
  );
  create table log (what text);
  create index by_price on goods (price desc) where price > 0;
  create unique index "odd ""index""" on goods (lower(name), qty);
  create trigger noted after insert on goods begin insert into log values (new.name || new.qty); end;
  create trigger counted after insert on log begin update goods set raw = raw where id = 1; end;
  create view cheap_goods as select id, name, qty from goods where price < 10;
  insert into makers values (1, 'Acorn'), (2, 'Birch');
  insert into goods (id, name, maker, parent, qty, price, raw) values
    (1, 'bolt', 1, null, 9223372036854775807, 0.1, x'00ff'),
    (5, 'nut', 2, 1, -9223372036854775808, 2, 1.0),
    (9, 'gone', null, null, 1, 1, null);
  delete from goods where id = 9;
  insert into parts (id, good) values (1, 1), (2, 5);
  delete from log;

  create table loose (a text, b integer);
  insert into loose (rowid, a, b) values (10, 'x', 1), (7, 'y', 2), (30, null, 3);
  create table nulls (n integer);
  insert into nulls values (5), (null);
  create table strict_pairs (a text, b integer, c any, primary key (a, b)) strict, without rowid;
  insert into strict_pairs values ('k', 1, 1.0), ('k', 2, '5');
  create table docs (id integer primary key, body text, other integer);
  insert into docs values (3, 'lorem', 8), (4, 'ipsum', 9);
  create virtual table docs_fts using fts5(body, content='docs', content_rowid='id');
  insert into docs_fts (docs_fts) values ('rebuild');
`
const ALL = { id: 'all' }

let server: TestServer
let file: DatabaseSync

async function open() {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      permissions: Object.fromEntries(
        ['alter-table', 'create-table', 'insert-row', 'drop-table'].map((action) => [action, { id: 'all' }]),
      ),
      databases: { shop: { tables: { makers: { allow: { id: 'all' } } } } },
    },
  })
  file = new DatabaseSync(server.files['shop'] ?? '', { readOnly: true, readBigInts: true })
}

async function close() {
  file.close()
  await server.close()
}

const op = (name: string, args: object) => ({ op: name, args })

async function alter(table: string, ...operations: readonly object[]) {
  return saidIn(await server.request(`/shop/${table}/-/alter`, { json: { operations }, actor: ALL }))
}

async function altered(table: string, ...operations: readonly object[]) {
  const answer = await alter(table, ...operations)
  expect(answer).toMatchObject({ status: 200, json: { ok: true, altered: true } })
  expect(file.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  expect(file.prepare('pragma foreign_key_check').all()).toEqual([])
  expect(file.prepare("select name from sqlite_schema where name like '\\_%' escape '\\'").all()).toEqual([])
}

const all = (sql: string) =>
  file
    .prepare(sql)
    .all()
    .map((row) => Object.values(row))
const schemaOf = (name: string) => String(all(`select sql from sqlite_schema where name = '${name}'`)[0]?.[0])
const ROWS = `select id, name, maker, parent, qty, typeof(qty), price, typeof(price), hex(raw), typeof(raw), shout from goods order by id`

describe('a table that is built again', () => {
  beforeEach(open)
  afterEach(close)

  it('keeps rows, indexes, triggers, views, constraints and what refers to it', async () => {
    const before = all(ROWS)
    const around = all(
      "select type, name, sql from sqlite_schema where name in ('by_price', 'odd \"index\"', 'noted', 'counted', 'cheap_goods', 'parts') order by name",
    )
    await altered('goods', op('alter_column', { name: 'maker', not_null: false, default: 2 }))
    expect(all(ROWS)).toEqual(before)
    expect(
      all(
        "select type, name, sql from sqlite_schema where name in ('by_price', 'odd \"index\"', 'noted', 'counted', 'cheap_goods', 'parts') order by name",
      ),
    ).toEqual(around)
    expect(schemaOf('goods')).toBe(`CREATE TABLE "goods" (
   "id" integer PRIMARY KEY AUTOINCREMENT,
   "name" text NOT NULL collate nocase unique check (length(name) > 0),
   "maker" integer DEFAULT 2 references makers(id) on delete set null,
   "parent" integer references goods(id),
   "qty" integer DEFAULT '0',
   "price" numeric DEFAULT '1.5',
   "raw" default 5,
   "shout" text generated always as (upper(name)) stored,
   constraint cheap check (price < 1000),
   unique (maker, name)
)`)
  })

  it('deletes nothing of other tables, and goes on counting where it was', async () => {
    await altered('goods', op('reorder_columns', { columns: ['price', 'name'] }))
    expect(all('select * from parts')).toEqual([
      [1n, 1n, 7n],
      [2n, 5n, 7n],
    ])
    expect(all("select seq from sqlite_sequence where name = 'goods'")).toEqual([[9n]])
    expect(all("select name from pragma_table_xinfo('goods')").flat()).toEqual([
      'price',
      'name',
      'id',
      'maker',
      'parent',
      'qty',
      'raw',
      'shout',
    ])
    const inserted = await server.request('/shop/goods/-/insert', {
      json: { row: { name: 'saw' } },
      actor: ALL,
    })
    expect(await inserted.json()).toMatchObject({ rows: [{ id: 10, qty: 0, price: 1.5, raw: 5 }] })
    expect(all('select what from log')).toEqual([['saw0']])
  })

  it('takes everything that names a column along when it is renamed, and swaps names', async () => {
    await altered(
      'goods',
      op('rename_column', { name: 'name', to: 'title' }),
      op('rename_column', { name: 'id', to: 'nr' }),
    )
    expect(schemaOf('parts')).toContain('references goods("nr") on delete cascade')
    expect(schemaOf('noted')).toContain('new."title"')
    expect(all('select * from cheap_goods where nr = 1')).toEqual([[1n, 'bolt', 9223372036854775807n]])
    await altered(
      'loose',
      op('rename_column', { name: 'a', to: 'b' }),
      op('rename_column', { name: 'b', to: 'a' }),
    )
    expect(all("select rowid, a, b from loose where b = 'x'")).toEqual([[10n, 1n, 'x']])
  })

  it('keeps row numbers where there is no key, and makes them one', async () => {
    await altered('loose', op('alter_column', { name: 'b', type: 'text' }))
    expect(all('select rowid, a, b from loose order by rowid')).toEqual([
      [7n, 'y', '2'],
      [10n, 'x', '1'],
      [30n, null, '3'],
    ])
    await altered('loose', op('set_primary_key', { columns: ['id'] }))
    expect(all('select id, a from loose order by id')).toEqual([
      [7n, 'y'],
      [10n, 'x'],
      [30n, null],
    ])
    expect(schemaOf('loose')).toBe(
      'CREATE TABLE "loose" (\n   "id" INTEGER PRIMARY KEY,\n   "a" text,\n   "b" TEXT\n)',
    )
  })

  it('changes the key, also of a strict table without row numbers', async () => {
    await altered(
      'strict_pairs',
      op('set_primary_key', { columns: ['b'] }),
      op('add_column', { name: 'd', type: 'float', default: 1.5 }),
    )
    expect(schemaOf('strict_pairs')).toBe(
      'CREATE TABLE "strict_pairs" (\n   "a" text,\n   "b" integer PRIMARY KEY,\n   "c" any,\n   "d" REAL DEFAULT 1.5\n) STRICT, WITHOUT ROWID',
    )
    expect(all('select a, b, typeof(c), d from strict_pairs')).toEqual([
      ['k', 1n, 'real', null],
      ['k', 2n, 'text', null],
    ])
    await altered('parts', op('set_primary_key', { columns: ['slot', 'id'] }))
    expect(all("select name, pk from pragma_table_info('parts') where pk order by pk")).toEqual([
      ['slot', 1n],
      ['id', 2n],
    ])
  })

  it('adds, drops and replaces foreign keys', async () => {
    const keys = () =>
      all('select "from", "table", "to", on_delete from pragma_foreign_key_list(\'goods\') order by 1, 2')
    await altered('goods', op('drop_foreign_key', { column: 'maker' }))
    expect(keys()).toEqual([['parent', 'goods', 'id', 'NO ACTION']])
    await altered('goods', op('add_foreign_key', { column: 'maker', fk_table: 'makers' }))
    expect(schemaOf('goods')).toContain('"maker" integer REFERENCES "makers"("id")')
    await altered(
      'goods',
      op('set_foreign_keys', { foreign_keys: [{ column: 'maker', fk_table: 'makers', fk_column: 'id' }] }),
    )
    expect(keys()).toEqual([['maker', 'makers', 'id', 'NO ACTION']])
    await altered('goods', op('set_foreign_keys', { foreign_keys: [] }))
    expect(keys()).toEqual([])
  })

  it('drops a column with what is about it alone, and renames the table besides', async () => {
    const answer = await alter('goods', op('drop_column', { name: 'maker' }))
    expect(answer).toMatchObject({ status: 400, json: { error: expect.stringContaining('maker') as string } })
    await altered('goods', op('drop_column', { name: 'parent' }), op('rename_table', { to: 'wares' }))
    expect(schemaOf('parts')).toContain('references "wares"(id)')
    expect(schemaOf('cheap_goods')).toContain('from "wares"')
    expect(schemaOf('counted')).toContain('update "wares"')
  })

  it('fills in no default for rows that are there, unless they must have one', async () => {
    await altered(
      'loose',
      op('add_column', { name: 'maybe', default: 'd' }),
      op('add_column', { name: 'must', type: 'integer', not_null: true, default: 3 }),
    )
    expect(all('select maybe, must from loose').flat()).toEqual([null, 3n, null, 3n, null, 3n])
    expect(schemaOf('loose')).toContain(`"maybe" TEXT DEFAULT 'd',\n   "must" INTEGER NOT NULL DEFAULT 3`)
  })
})

describe('a table that cannot be built again', () => {
  beforeAll(open)
  afterAll(close)

  it.each([
    [
      'a value for NULL',
      'loose',
      op('alter_column', { name: 'a', not_null: true }),
      'NOT NULL constraint failed: loose.a',
    ],
    [
      'a key that is unique',
      'parts',
      op('set_primary_key', { columns: ['slot'] }),
      'UNIQUE constraint failed: parts.slot',
    ],
    [
      'whole numbers for a key',
      'nulls',
      op('set_primary_key', { columns: ['n'] }),
      'A primary key of type integer needs a whole number in every row',
    ],
    [
      'whole numbers in a text',
      'loose',
      op('alter_column', { name: 'a', type: 'integer' }),
      'A primary key of type integer needs a whole number in every row',
    ],
    [
      'rows to refer to',
      'parts',
      op('add_foreign_key', { column: 'slot', fk_table: 'makers' }),
      'FOREIGN KEY constraint failed',
    ],
    [
      'a key that others refer to',
      'goods',
      op('set_primary_key', { columns: ['name', 'qty'] }),
      'FOREIGN KEY constraint failed',
    ],
    [
      'numbers that a search index knows',
      'docs',
      op('set_primary_key', { columns: ['other'] }),
      'A full-text index knows the rows by the numbers that they have now',
    ],
    [
      'a definition',
      'docs_fts',
      op('reorder_columns', { columns: ['body'] }),
      'The definition of docs_fts has parts that would be lost, so nothing was changed',
    ],
    [
      'a table that is there',
      'parts',
      op('add_foreign_key', { column: 'slot', fk_table: 'nope' }),
      'No such table: nope',
    ],
    ['a column of an index', 'goods', op('drop_column', { name: 'price' }), ''],
    ['a key', 'goods', op('drop_column', { name: 'id' }), 'cannot drop PRIMARY KEY column: "id"'],
  ])('for want of %s stays as it is', async (_what, table, operation, message) => {
    const dump = () => [
      all('select name, sql from sqlite_schema order by name'),
      all(ROWS),
      all('select rowid, * from loose'),
      all('select * from parts'),
    ]
    const before = dump()
    const more = [
      op('add_column', { name: 'more' }),
      ...(table === 'loose' && operation.op === 'alter_column'
        ? [op('set_primary_key', { columns: ['a'] })]
        : []),
    ]
    const { status, json } = await alter(table, operation, ...more)
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: expect.stringContaining(message) as string })
    expect(dump()).toEqual(before)
  })

  it('leaves alone what a full-text index keeps for itself', async () => {
    expect(await alter('docs_fts_data', op('rename_column', { name: 'block', to: 'b' }))).toMatchObject({
      status: 400,
      json: { error: 'The definition of docs_fts_data has parts that would be lost, so nothing was changed' },
    })
  })

  it('refuses a foreign key to a table that the actor may not see', async () => {
    const response = await server.request('/shop/goods/-/alter', {
      json: { operations: [op('add_foreign_key', { column: 'qty', fk_table: 'makers' })] },
      actor: { id: 'nobody' },
    })
    expect(response.status).toBe(403)
  })

  it('leaves foreign keys to be minded by the next write', async () => {
    await alter('parts', op('reorder_columns', { columns: ['slot'] }))
    const response = await server.request('/shop/parts/-/insert', { json: { row: { good: 99 } }, actor: ALL })
    expect(await response.json()).toMatchObject({ error: 'FOREIGN KEY constraint failed' })
  })
})
