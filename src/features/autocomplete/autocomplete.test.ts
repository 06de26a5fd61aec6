import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SHOP = `
  create table films (id integer primary key, title text, note text);
  insert into films values (1, 'Alien', 'x'), (2, 'Aliens', 'y'), (3, 'The Alien Hunt', 'z'), (12, 'Brazil', 'w'), (20, null, 'v');
  insert into films with n(i) as (select 1 union all select i + 1 from n limit 30) select 100 + i, '50%_off ' || i, '' from n;
  create table pairs (a text, b integer, primary key (a, b));
  insert into pairs values ('x', 1), ('x', 2), ('y', 9007199254740993);
  create table log (entry text);
  insert into log values ('one'), ('two');
  create table odd (id integer primary key, "na""me" text);
  insert into odd values (1, 'odd one');
  create view titles as select title from films;
  create table secrets (id integer primary key, name text);
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SHOP },
    config: {
      databases: {
        shop: {
          tables: {
            secrets: { allow: { id: 'ada' } },
            odd: { label_column: 'na"me' },
            log: { label_column: 'no such column' },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const ask = async (path: string) => {
  const response = await server.request(path)
  expect([path, response.status]).toEqual([path, 200])
  return ((await response.json()) as { rows: { pks: Record<string, unknown>; label: string }[] }).rows
}

describe('GET /:database/:table/-/autocomplete', () => {
  it('offers rows whose label holds the text: those that begin with it first, the shortest first', async () => {
    expect(await ask('/shop/films/-/autocomplete?q=alien')).toEqual([
      { pks: { id: 1 }, label: 'Alien' },
      { pks: { id: 2 }, label: 'Aliens' },
      { pks: { id: 3 }, label: 'The Alien Hunt' },
    ])
  })

  it('offers the row whose key it is before all others, and calls a row without a label by its key', async () => {
    expect((await ask('/shop/films/-/autocomplete?q=12'))[0]).toEqual({ pks: { id: 12 }, label: 'Brazil' })
    expect((await ask('/shop/films/-/autocomplete?q=20'))[0]).toEqual({ pks: { id: 20 }, label: '20' })
  })

  it('offers ten at most, and the newest before anything is written', async () => {
    expect(await ask('/shop/films/-/autocomplete?q=off')).toHaveLength(10)
    const newest = await ask('/shop/films/-/autocomplete?_initial=1')
    expect(newest.map(({ pks }) => pks['id'])).toEqual([130, 129, 128, 127, 126, 125, 124, 123, 122, 121])
  })

  it.each(['', '?q=', '?q=%20', '?_initial=0'])('offers nothing for %s', async (query) => {
    expect(await ask(`/shop/films/-/autocomplete${query}`)).toEqual([])
  })

  it('takes % and _ as they are', async () => {
    expect(await ask(`/shop/films/-/autocomplete?q=${encodeURIComponent('%_off 30')}`)).toEqual([
      { pks: { id: 130 }, label: '50%_off 30' },
    ])
    expect(await ask('/shop/films/-/autocomplete?q=A%25n')).toEqual([])
  })

  it('names every value of a key, integers exactly', async () => {
    const response = await server.request('/shop/pairs/-/autocomplete?q=y')
    expect(await response.text()).toBe(
      '{"ok":true,"rows":[{"pks":{"a":"y","b":9007199254740993},"label":"y,9007199254740993"}]}',
    )
  })

  it('finds rows by their number where the table has no key, and passes over a label column that is not there', async () => {
    expect(await ask('/shop/log/-/autocomplete?q=2')).toEqual([{ pks: { rowid: 2 }, label: '2' }])
    expect(await ask('/shop/log/-/autocomplete?q=such')).toEqual([])
  })

  it('copes with any name of a column', async () => {
    expect(await ask('/shop/odd/-/autocomplete?q=odd')).toEqual([{ pks: { id: 1 }, label: 'odd one' }])
  })

  it('has nothing to offer for a view', async () => {
    expect(await ask('/shop/titles/-/autocomplete?q=a')).toEqual([])
  })

  it('tells nothing about a table to those who may not see it', async () => {
    expect((await server.request('/shop/secrets/-/autocomplete?q=a')).status).toBe(403)
    expect((await server.request('/shop/nothing/-/autocomplete?q=a')).status).toBe(404)
    const response = await server.request('/shop/secrets/-/autocomplete?q=a', { actor: { id: 'ada' } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private'])
  })

  it('finds the row of a key also where the table is too large to be searched in time', async () => {
    const slow = await createTestServer({
      databases: {
        shop: `create table t (id integer primary key, name text as (id || replace(hex(zeroblob(50000 + id % 2)), '0', 'ab')));
          insert into t with n(i) as (select 1 union all select i + 1 from n limit 2500) select i from n`,
      },
      config: { settings: { sql_time_limit_ms: 150 } },
    })
    const response = await slow.request('/shop/t/-/autocomplete?q=77')
    expect(await response.json()).toMatchObject({ ok: true, rows: [{ pks: { id: 77 } }] })
    expect(await (await slow.request('/shop/t/-/autocomplete?q=ab')).json()).toEqual({ ok: true, rows: [] })
    await slow.close()
  })
})
