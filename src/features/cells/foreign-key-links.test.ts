import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SCHEMA = `
  create table makers (id integer primary key, name text unique);
  insert into makers values (1, 'Acorn');
  create table secrets (id integer primary key);
  insert into secrets values (1);
  create table keyless (rowid text unique, v text);
  insert into keyless values ('7', 'meant'), ('x', ''), ('x1', ''), ('x2', ''), ('x3', ''), ('x4', ''), ('x5', 'wrong');
  create table goods (
    id integer primary key,
    maker integer references makers(id),
    by_name text references makers(name),
    hidden integer references secrets(id),
    loose text references keyless(rowid)
  );
  insert into goods values (1, 1, 'Acorn', 1, '7');
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { d: SCHEMA },
    config: { databases: { d: { tables: { secrets: { allow: false } } } } },
  })
})

afterAll(() => server.close())

describe('foreignKeyLinks', () => {
  it('leads from a key to the row that it names', async () => {
    expect(await (await server.request('/d/goods/1')).text()).toContain(
      '<a href="/d/makers/1">Acorn</a> <span class="cell-id">1</span>',
    )
  })

  it('leads nowhere when the other column is not the key, or the other table may not be seen', async () => {
    const page = await (await server.request('/d/goods/1')).text()
    expect(page).not.toContain('/d/makers/Acorn')
    expect(page).not.toContain('/d/secrets/1')
  })

  it('does not take a column called rowid for the row number of a table without a key', async () => {
    expect(await (await server.request('/d/goods/1')).text()).not.toContain('/d/keyless/7')
    expect(await (await server.request('/d/goods')).text()).not.toContain('/d/keyless/7')
    expect(await (await server.request('/d/keyless/7.json')).json()).toMatchObject({ rows: [{ v: 'wrong' }] })
  })
})
