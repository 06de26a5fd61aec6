import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const LIBRARY = `
  create table books (id integer primary key, title text, note text);
  insert into books values (1, 'Salt tides', 'damp'), (2, 'Salt', 'water damage'), (3, 'Machine OR', 'dry');
  create virtual table books_fts using fts5(title, note, content="books");
  insert into books_fts (rowid, title, note) select id, title, note from books;
  create view salty as select id, title from books;
  create table looks (id integer primary key);
  insert into looks values (1), (2);
  create table looks_away as select * from looks;
  create table looks_in as select * from looks;
  create virtual table letters using fts5(words);
  insert into letters values ('pepper');
  create table diary (id integer primary key, words text);
  insert into diary values (1, 'salt and pepper');
  create virtual table diary_fts using fts5(words, content="diary");
  insert into diary_fts (rowid, words) select id, words from diary;
`

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: { library: LIBRARY },
    config: {
      databases: {
        library: {
          tables: {
            diary: { allow: { id: 'ada' } },
            looks: { fts_table: 'diary_fts', fts_pk: 'id' },
            looks_away: { fts_table: 'Diary_FTS', fts_pk: 'id' },
            letters: { allow: { id: 'ada' } },
            looks_in: { fts_table: 'letters', fts_pk: 'id' },
            diary_fts: { allow: { id: 'ada' } },
            salty: { fts_table: 'books_fts', fts_pk: 'id', searchmode: 'raw' },
          },
        },
      },
    },
  })
})
afterAll(() => server.close())

const found = async (table: string, query: string): Promise<unknown> =>
  (await server.request(`/library/${table}.json?_shape=arrayfirst&${query}`)).json()

describe('?_search=', () => {
  it.each([
    ['_search=salt', [1, 2]],
    ['_search=salt+tides', [1]],
    ['_search=%22water+damage%22', [2]],
    ['_search=%22water+dam', []],
    ['_search=mach*', []],
    ['_search=mach*&_searchmode=raw', [3]],
    ['_search=tides+OR+machine&_searchmode=raw', [1, 3]],
    ['_search_note=dry', [3]],
    ['_search_title=salt&_search_note=damp', [1]],
    ['_search=salt&id__gt=1', [2]],
  ])('%s', async (query, wanted) => {
    expect(await found('books', query)).toEqual(wanted)
  })

  it.each([
    ['_search_nosuch=x', 'Cannot search by that column'],
    ['_search_rank=x', 'Cannot search by that column'],
    ['_search=AND+(&_searchmode=raw', 'fts5: syntax error near "AND"'],
  ])('refuses %s', async (query, message) => {
    const response = await server.request(`/library/books.json?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: message })
  })

  it('means nothing to a table without full text', async () => {
    expect(await found('salty', '_search=salt&_fts_table=nope')).toMatchObject({ ok: false, status: 400 })
    const plain = await createTestServer({
      databases: { a: 'create table t (id integer); insert into t values (1);' },
    })
    const response = await plain.request('/a/t.json?_search=x&_shape=arrayfirst')
    expect(await response.json()).toEqual([1])
    await plain.close()
  })

  it('looks words of a view up where the configuration says, in the language it says', async () => {
    expect(await found('salty', '_search=tid*')).toEqual([1])
    expect(await found('salty', '_search=tid*&_searchmode=escaped')).toEqual([])
  })

  it('looks nothing up for a reader who may not see the table whose text is searched, though the configuration says so', async () => {
    for (const table of ['looks', 'looks_in', 'looks_away']) {
      const response = await server.request(`/library/${table}.json?_shape=arrays&_col=id&_search=pepper`)
      expect(await response.json()).toMatchObject({ rows: { length: 2 } })
    }
    const inside = await server.request('/library/looks_in.json?_shape=arrays&_search=pepper', {
      actor: { id: 'ada' },
    })
    expect(await inside.json()).toMatchObject({ rows: { length: 1 } })
    const ada = await server.request('/library/looks.json?_shape=arrayfirst&_search=pepper', {
      actor: { id: 'ada' },
    })
    expect(await ada.json()).toEqual([1])
  })

  it('looks nothing up in a full-text table that its reader may not see', async () => {
    const query = '_search=pepper&_fts_table=diary_fts&_fts_pk=id'
    for (const name of ['diary_fts', 'DIARY_FTS', 'Diary_fts', 'nope', 'books']) {
      const asked = query.replace('diary_fts', name)
      expect(await found('books', asked)).toMatchObject({ error: '_fts_table= must be a full-text table' })
    }
    const ada = await server.request(`/library/books.json?_shape=arrayfirst&${query}`, {
      actor: { id: 'ada' },
    })
    expect(await ada.json()).toEqual([1])
  })
})

describe('?_through=', () => {
  let shop: TestServer
  beforeAll(async () => {
    shop = await createTestServer({
      databases: {
        shop: `create table people (id integer primary key, name text);
          insert into people values (1, 'Ada'), (2, 'Bo');
          create table orders (id integer primary key, person integer references people(id), total integer);
          insert into orders values (1, 2, 10), (2, 1, 20);
          create table secret (person integer references people(id), what text);
          insert into secret values (1, 'x');`,
      },
      config: { databases: { shop: { tables: { secret: { allow: { id: 'ada' } } } } } },
    })
  })
  afterAll(() => shop.close())
  const through = async (value: unknown, actor?: { id: string }) => {
    const query = new URLSearchParams({ _through: JSON.stringify(value), _shape: 'arrayfirst' })
    const response = await shop.request(
      `/shop/people.json?${query.toString()}`,
      actor === undefined ? {} : { actor },
    )
    const body: unknown = await response.json()
    return body
  }

  it('finds the rows to which another table refers', async () => {
    expect(await through({ table: 'orders', column: 'total', value: '10' })).toEqual([2])
    expect(await through({ table: 'orders', column: 'total', value: 20 })).toEqual([1])
  })

  it.each([
    [{ table: 'people', column: 'id', value: '1' }, 'could not find corresponding foreign key'],
    [{ table: 'nope', column: 'id', value: '1' }, 'could not find corresponding foreign key'],
    [{ table: 'orders', value: '1' }, 'it must be {"table"'],
    ['orders', 'it must be {"table"'],
    [{ table: 'orders', column: 'nope', value: '1' }, 'no such column: nope'],
  ])('refuses %j', async (value, message) => {
    expect(await through(value)).toMatchObject({ status: 400, error: expect.stringContaining(message) })
  })

  it('does not look through a table that its reader may not see', async () => {
    const asked = { table: 'secret', column: 'what', value: 'x' }
    expect(await through(asked)).toMatchObject({ status: 400 })
    expect(await through(asked, { id: 'ada' })).toEqual([1])
  })
})
