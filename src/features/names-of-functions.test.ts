import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'

/** Table-valued functions of SQLite that this server asks. A table or view of such a name stands before the function. */
const NAMES = [
  'pragma_table_xinfo',
  'pragma_table_info',
  'pragma_index_list',
  'pragma_index_info',
  'pragma_foreign_key_list',
  'pragma_table_list',
  'json_each',
]

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `
        create table makers (id integer primary key, name text);
        create table goods (id integer primary key, maker integer references makers(id) on delete cascade, tags text);
        insert into makers values (1, 'Acorn');
        insert into goods values (1, 1, '["new"]');
        ${NAMES.map((name) => `create table ${name} (a);`).join('')}
        create view pragma_foreign_key_check as select 1;`,
    },
    config: {
      permissions: { 'insert-row': true, 'delete-row': true, 'alter-table': true, 'drop-table': true },
    },
  })
})
afterAll(() => server.close())

it.each([
  '/shop',
  '/shop.json',
  '/shop/goods',
  '/shop/goods.json?_facet=maker&_facet_array=tags&_labels=on&_extra=suggested_facets',
  '/shop/goods/1.json',
  '/shop/pragma_table_xinfo.json',
])('a table that is called like a function of SQLite does not stop %s', async (path) => {
  const response = await server.request(path)
  expect([response.status, (await response.text()).includes('not a function')]).toEqual([200, false])
})

it('nor does it stop writing, altering and dropping', async () => {
  const post = async (path: string, json: object) =>
    (await server.request(`/shop/${path}`, { json, actor: { id: 'ann' } })).status
  expect(await post('goods/-/insert', { row: { maker: 1 } })).toBe(201)
  expect(await post('makers/1/-/delete', {})).toBe(200)
  const operations = [{ op: 'alter_column', args: { name: 'tags', type: 'blob' } }]
  expect(await post('goods/-/alter', { operations })).toBe(200)
  expect(await post('pragma_table_xinfo/-/drop', { confirm: true })).toBe(200)
})
