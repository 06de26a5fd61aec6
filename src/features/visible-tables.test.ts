import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'

const SQL = `
  create table customers (id integer primary key, name text);
  insert into customers values (1, 'ssn1');
  create virtual table customers_fts using fts5(name, content='customers', content_rowid=id);
  insert into customers_fts (customers_fts) values ('rebuild');
  create virtual table people using fts5(name);
  insert into people values ('ssn2');
  create view v as select * from customers;
  create virtual table over_view using fts5(name, content=v, content_rowid=id);
  create table kündinnen (id integer primary key, name text);
  create virtual table k_fts using fts5(name, content=kündinnen, content_rowid=id);
  create table "o'brien" (id integer primary key, name text);
  create virtual table o_fts using 'fts5'(name, content='o''brien', content_rowid=id);
  create table "order-items" (id integer primary key, name text);
  create virtual table i_fts using fts4(name, content=order-items);
  create virtual table short using fts5(name, cont = customers, content_rowid=id);
  create virtual table words using fts5vocab(customers_fts, row);
  create table refers (id integer primary key, person integer references people_content(id));
  insert into refers values (1, 1);
  create table notes (id integer primary key, text text);
  create virtual table notes_fts using fts4(text, content=notes);
`

let server: TestServer
beforeAll(async () => {
  const ada = { allow: { id: 'ada' } }
  server = await createTestServer({
    databases: { shop: SQL },
    config: {
      databases: {
        shop: {
          allow_sql: { id: 'ada' },
          tables: {
            customers: ada,
            people: { ...ada, permissions: { 'update-row': { id: 'ed' } } },
            v: ada,
            kündinnen: ada,
            "o'brien": ada,
            'order-items': ada,
          },
        },
      },
    },
  })
})
afterAll(() => server.close())

const CLOSED =
  `customers customers_fts customers_fts_data people people_content people_data v over_view over_view_data
  k_fts o_fts o_fts_data i_fts short words`.split(/\s+/u)

describe('tables that hold the content of a closed one', () => {
  it.each(CLOSED)('%s is for those who may see that one', async (table) => {
    for (const ending of ['', '.json', '.csv', '/-/schema.json', '/-/autocomplete?q=s']) {
      expect((await server.request(`/shop/${table}${ending}`)).status).toBe(403)
    }
    expect((await server.request(`/shop/${table}.json`, { actor: { id: 'ada' } })).status).toBe(200)
  })

  it('are in no list of those who may not', async () => {
    for (const path of [
      '/.json',
      '/shop.json',
      '/shop?_show_hidden=1',
      '/-/jump.json?q=',
      '/-/schema.json',
    ]) {
      const text = await (await server.request(path)).text()
      expect(text).not.toMatch(/customers|kündinnen|brien|order-items|over_view/u)
      expect(text).toContain('notes')
    }
  })

  it('give no label, and show no row to those who may only change them', async () => {
    expect(await (await server.request('/shop/refers.json?_labels=on')).text()).not.toContain('ssn')
    const ed = { actor: { id: 'ed' } }
    const json = { update: {}, return: true }
    const updated = await server.request('/shop/people/1/-/update', { method: 'POST', json, ...ed })
    expect(updated.status).toBe(200)
    expect(await updated.text()).not.toContain('ssn')
  })

  it('are not searched for them', async () => {
    const search = '_search=ssn1&_fts_pk=id&_fts_table='
    for (const table of ['customers_fts', 'people', 'CUSTOMERS_FTS']) {
      expect((await server.request(`/shop/notes.json?${search}${table}`)).status).toBe(400)
    }
  })

  it('are open where that one is', async () => {
    for (const table of ['notes', 'notes_fts', 'notes_fts_segments']) {
      expect((await server.request(`/shop/${table}.json`)).status).toBe(200)
    }
  })
})
