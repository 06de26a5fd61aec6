import { afterEach, beforeEach, expect, it } from 'vitest'
import { tildeEncode } from '../http/tilde.ts'
import { createTestServer, type TestServer } from '../testing.ts'

const SCHEMA = `
  create table "É" (id integer primary key); insert into "É" values (1);
  create table "é" (id integer primary key, of integer references "É"(id) on delete cascade); insert into "é" values (5, 1);
  create table base (id integer primary key); insert into base values (1);
  create table "ſqlite_log" (id integer primary key, of integer references base(id) on delete cascade); insert into "ſqlite_log" values (5, 1);
  create table log (n);
  create view "À" as select id from base; create view "à" as select id from base;
`
const ANN = { id: 'ann' }
const ALL = { id: 'all' }

let server: TestServer
beforeEach(async () => {
  const everybody = { id: ['ann', 'all'] }
  const mine = { permissions: { 'insert-row': everybody, 'update-row': everybody, 'delete-row': everybody } }
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: {
      permissions: { 'delete-row': { id: 'all' }, 'execute-write-sql': everybody },
      databases: { shop: { tables: { É: mine, base: mine, log: mine, à: { allow: { id: 'all' } } } } },
    },
  })
})
afterEach(() => server.close())

it.each([
  ['É', 'é'],
  ['base', 'ſqlite_log'],
])('the right to %s is none to %s', async (parent, child) => {
  const remove = async (actor: typeof ANN) =>
    (await server.request(`/shop/${tildeEncode(parent)}/1/-/delete`, { json: {}, actor })).status
  const left = async () => {
    const response = await server.request(`/shop/${tildeEncode(child)}.json`, { actor: ALL })
    return Object(await response.json()).rows.length
  }
  expect([await remove(ANN), await left()]).toEqual([403, 1])
  expect([await remove(ALL), await left()]).toEqual([200, 0])
})

it('to see a view is not to see another', async () => {
  const count = async (view: string, actor: typeof ANN) => {
    const sql = `insert into log select count(*) from "${view}"`
    return (await server.request('/shop/-/execute-write', { json: { sql }, actor })).status
  }
  expect([await count('À', ANN), await count('à', ANN)]).toEqual([200, 403])
})
