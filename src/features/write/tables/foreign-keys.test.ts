import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'

const ALTERER = { id: 'alterer' }
const CREATOR = { id: 'creator' }
const ALL = { id: 'all' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `
        create table customers (id integer primary key, name text);
        create table categories (slug text primary key);
        create table "odd ""name" (code text primary key, n integer);
        create table secrets (id integer primary key);
        create table pairs (a integer, b integer, primary key (a, b));
        create table _hidden (id integer primary key);
        create table orders (
          id integer primary key, customer_id integer references customers(id), secret_id integer references secrets(id),
          category text, total real, raw, loose decimal
        );
        create view totals as select total from orders;
        insert into customers values (1, 'a'), (2, 'b'), (12, 'c');
        insert into categories values ('tools'), ('toys');
        insert into secrets values (1), (2);
        insert into orders values (1, 12, 1, 'toys', 2.5, null, 1), (2, 1, 2, 'tools', 12, null, 2), (3, null, null, null, 1, null, 77);
        create table empty (id integer primary key, customer_id integer);`,
    },
    config: {
      permissions: {
        'alter-table': { id: ['all', 'alterer'] },
        'create-table': { id: ['all', 'creator'] },
      },
      databases: { shop: { tables: { secrets: { allow: { id: 'all' } } } } },
      settings: { facet_suggest_time_limit_ms: 5000 },
    },
  })
})

afterAll(() => server.close())

type Answer = { readonly targets?: unknown; readonly columns: readonly { readonly column: string }[] }

async function get(path: string, actor?: { id: string }) {
  const response = await server.request(`/shop/${path}`, actor === undefined ? {} : { actor })
  return { status: response.status, json: (await response.json()) as Answer }
}

describe('GET /:database/-/foreign-key-targets', () => {
  it('lists the keys of one column of the tables that the reader may see', async () => {
    const targets = [
      { fk_table: 'categories', fk_column: 'slug', type: 'text' },
      { fk_table: 'customers', fk_column: 'id', type: 'integer' },
      { fk_table: 'empty', fk_column: 'id', type: 'integer' },
      { fk_table: 'odd "name', fk_column: 'code', type: 'text' },
      { fk_table: 'orders', fk_column: 'id', type: 'integer' },
    ]
    expect(await get('-/foreign-key-targets', CREATOR)).toEqual({
      status: 200,
      json: { ok: true, database: 'shop', targets },
    })
    const all = await get('-/foreign-key-targets', ALL)
    expect(all.json).toEqual({
      ok: true,
      database: 'shop',
      targets: [...targets, { fk_table: 'secrets', fk_column: 'id', type: 'integer' }],
    })
  })

  it('is for those who may create tables, or alter the one that is named', async () => {
    const error = 'Permission denied: need create-table'
    const refused = { status: 403, json: { ok: false, error, errors: [error], status: 403 } }
    expect(await get('-/foreign-key-targets')).toEqual(refused)
    expect(await get('-/foreign-key-targets', ALTERER)).toEqual(refused)
    expect(await get('-/foreign-key-targets?table=nope', ALTERER)).toEqual(refused)
    expect(await get('-/foreign-key-targets?table=orders')).toEqual(refused)
    expect(await get('-/foreign-key-targets?table=orders', ALTERER)).toMatchObject({ status: 200 })
  })
})

describe('GET /:database/:table/-/foreign-key-suggestions', () => {
  it('suggests the keys that hold every value, and lists those of the same type', async () => {
    const { status, json } = await get('orders/-/foreign-key-suggestions', ALTERER)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      ok: true,
      database: 'shop',
      table: 'orders',
      row_check: { attempted: true, status: 'completed', row_limit: 500, sampled_rows: 3 },
    })
    const customers = { fk_table: 'customers', fk_column: 'id' }
    const sampled = { confidence: 'sampled', reasons: ['type_match', 'sample_values_exist'] }
    const columns = new Map(json.columns.map((each) => [each.column, each]))
    expect(columns.get('customer_id')).toEqual({
      column: 'customer_id',
      type: 'INTEGER',
      affinity: 'integer',
      current: customers,
      suggestions: [
        { ...customers, ...sampled, sampled_values: 2, reasons: [...sampled.reasons, 'name_match'] },
      ],
      options: [
        { ...customers, type: 'INTEGER' },
        { fk_table: 'empty', fk_column: 'id', type: 'INTEGER' },
      ],
    })
    expect(columns.get('category')).toMatchObject({
      current: null,
      suggestions: [{ fk_table: 'categories', fk_column: 'slug', sampled_values: 2 }],
    })
    expect(columns.get('total')).toMatchObject({ affinity: 'real', suggestions: [], options: [] })
    expect(columns.get('raw')).toMatchObject({ type: '', affinity: 'blob', suggestions: [], options: [] })
    expect(columns.get('loose')).toMatchObject({ affinity: 'numeric', suggestions: [], options: [{}, {}] })
  })

  it('tells nothing of tables that the reader may not see', async () => {
    const { json } = await get('orders/-/foreign-key-suggestions', ALTERER)
    expect(JSON.stringify(json)).not.toContain('secrets')
    const all = await get('orders/-/foreign-key-suggestions', ALL)
    expect(all.json.columns[2]).toMatchObject({
      current: { fk_table: 'secrets', fk_column: 'id' },
      suggestions: [{ fk_table: 'secrets' }, { fk_table: 'customers' }],
    })
    expect(await get('secrets/-/foreign-key-suggestions', ALTERER)).toMatchObject({
      status: 403,
      json: { error: 'Permission denied: need view-table' },
    })
  })

  it('refuses who may not alter the table, and views', async () => {
    expect(await get('orders/-/foreign-key-suggestions', CREATOR)).toMatchObject({
      status: 403,
      json: { error: 'Permission denied: need alter-table' },
    })
    expect(await get('totals/-/foreign-key-suggestions', ALL)).toMatchObject({
      status: 400,
      json: { error: 'Cannot suggest foreign keys for a view' },
    })
    expect((await server.request('/shop/nope/-/foreign-key-suggestions', { actor: ALL })).status).toBe(404)
  })

  it('suggests nothing for a table without rows', async () => {
    expect((await get('empty/-/foreign-key-suggestions', ALL)).json).toMatchObject({
      row_check: { status: 'completed', sampled_rows: 0, checked_options: 0 },
      columns: [{ suggestions: [] }, { suggestions: [] }],
    })
  })
})
