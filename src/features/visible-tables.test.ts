import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'

const SQL = `
  create table customers (id integer primary key, name text);
  insert into customers values (1, 'ssn1');
  create virtual table customers_fts using fts5(name, content='customers', content_rowid=id);
  insert into customers_fts (customers_fts) values ('rebuild');
  create virtual table people using fts5(name);
  insert into people values ('ssn2');
  create table notes (id integer primary key, text text);
  create virtual table notes_fts using fts4(text, content=notes);
`

let server: TestServer
beforeAll(async () => {
  const ada = { allow: { id: 'ada' } }
  server = await createTestServer({
    databases: { shop: SQL },
    config: { databases: { shop: { allow_sql: { id: 'ada' }, tables: { customers: ada, people: ada } } } },
  })
})
afterAll(() => server.close())

const CLOSED = ['customers', 'customers_fts', 'customers_fts_data', 'people', 'people_content', 'people_data']

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
      expect(text).not.toMatch(/customers|people/u)
      expect(text).toContain('notes')
    }
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
