import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const LIBRARY = `
  create table authors (id integer primary key, name text);
  create table books (id integer primary key, author integer references authors(id), title text);
  create table diary (day text, book integer references books(id));
  create table _hidden (id integer primary key);
  insert into authors with n(i) as (select 1 union all select i + 1 from n limit 10002) select i, 'n' from n;
  create view titles as select title from books;
  create view broken as select nope from books;
`
const MANY = Array.from(
  { length: 150 },
  (_, number) => `create table t${1000 + number} (id integer primary key);`,
).join('')

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { library: LIBRARY, many: MANY },
    config: {
      databases: {
        many: {
          allow_sql: false,
          queries: Object.fromEntries(['q7', 'q1', 'q2', 'q3', 'q4', 'q5', 'q6'].map((q) => [q, 'select 1'])),
        },
        library: {
          tables: { diary: { allow: { id: 'ada' } } },
          queries: {
            newest: {
              sql: 'select 1',
              title: 'Newest <books>',
              description: 'What came last',
              fragment: 'top',
            },
            books: 'select 2',
            add: { sql: 'insert into books (title) values (:title)', write: true },
            for_ada: { sql: 'select :n', params: ['n'], allow: { id: 'ada' }, hide_sql: true },
          },
        },
      },
    },
  })
})

afterAll(() => server.close())

const stored = {
  database: 'library',
  title: null,
  description: null,
  description_html: null,
  hide_sql: false,
  fragment: null,
  parameters: [],
  is_write: false,
  is_private: false,
  is_trusted: true,
  source: 'config',
  owner_id: null,
  on_success_message: null,
  on_success_message_sql: null,
  on_success_redirect: null,
  on_error_message: null,
  on_error_redirect: null,
  private: false,
}

const json = async (path: string, actor?: { id: string }): Promise<Record<string, unknown>> => {
  const response = await server.request(path, actor === undefined ? {} : { actor })
  return (await response.json()) as Record<string, unknown>
}

describe('GET /:database.json', () => {
  it('tells everything that the reader may see of a database', async () => {
    const none = { incoming: [], outgoing: [] }
    const table = {
      primary_keys: ['id'],
      count: 0,
      count_truncated: false,
      hidden: false,
      fts_table: null,
      private: false,
    }
    expect(await json('/library.json')).toEqual({
      ok: true,
      database: 'library',
      private: false,
      path: '/library',
      size: expect.any(Number) as number,
      tables: [
        {
          ...table,
          name: 'authors',
          columns: ['id', 'name'],
          count: 10_001,
          count_truncated: true,
          foreign_keys: {
            incoming: [{ other_table: 'books', column: 'id', other_column: 'author' }],
            outgoing: [],
          },
        },
        {
          ...table,
          name: 'books',
          columns: ['id', 'author', 'title'],
          foreign_keys: {
            incoming: [],
            outgoing: [{ other_table: 'authors', column: 'author', other_column: 'id' }],
          },
        },
        { ...table, name: '_hidden', columns: ['id'], hidden: true, foreign_keys: none },
      ],
      hidden_count: 1,
      views: [
        { name: 'broken', private: false },
        { name: 'titles', private: false },
      ],
      queries: [
        {
          ...stored,
          name: 'add',
          sql: 'insert into books (title) values (:title)',
          is_write: true,
        },
        {
          ...stored,
          name: 'newest',
          sql: 'select 1',
          title: 'Newest <books>',
          description: 'What came last',
          fragment: 'top',
        },
      ],
      queries_more: false,
      queries_count: 2,
      allow_execute_sql: true,
      table_columns: {
        _hidden: ['id'],
        authors: ['id', 'name'],
        books: ['author', 'id', 'title'],
        broken: [],
        titles: [],
      },
      metadata: {},
    })
  })

  it('shows more to whom more is open', async () => {
    const { tables } = await json('/library.json', { id: 'ada' })
    expect(tables).toMatchObject([
      { name: 'authors' },
      { name: 'books', foreign_keys: { incoming: [{ other_table: 'diary' }] } },
      { name: 'diary', private: true, primary_keys: [] },
      { name: '_hidden' },
    ])
  })

  it('lists the stored queries that the reader may see, but none that a table hides', async () => {
    const forAda = await json('/library.json', { id: 'ada' })
    expect(forAda).toMatchObject({
      queries: [
        { name: 'add', is_write: true },
        {
          ...stored,
          name: 'for_ada',
          sql: 'select :n',
          hide_sql: true,
          parameters: ['n'],
          private: true,
        },
        { name: 'newest', private: false },
      ],
      queries_count: 3,
    })
  })

  it('describes five stored queries, and tells how many there are', async () => {
    const document = await json('/many.json')
    expect(document).toMatchObject({ queries_more: true, queries_count: 7 })
    expect(document['queries']).toHaveLength(5)
    expect(document['queries']).toMatchObject([{ name: 'q1' }, { name: 'q2' }, {}, {}, { name: 'q5' }])
  })

  it('counts any number of tables', async () => {
    const { tables } = await json('/many.json')
    expect(tables).toHaveLength(150)
    expect(tables).not.toContainEqual(expect.objectContaining({ count: null }))
  })

  it('keeps the names of columns from those who may not run SQL', async () => {
    expect(await json('/many.json')).toMatchObject({ allow_execute_sql: false, table_columns: {} })
  })
})

describe('GET /:database?sql=', () => {
  it('leads to the query page, with everything that was asked', async () => {
    const response = await server.request('/library.json?sql=select+1&_shape=array')
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/library/-/query.json?sql=select+1&_shape=array')
    expect((await server.request('/library?sql=select+1')).headers.get('location')).toBe(
      '/library/-/query?sql=select+1',
    )
  })
})

describe('GET /:database', () => {
  const page = async (path: string) => (await server.request(path)).text()

  it('lists tables and views, and the way to the hidden ones', async () => {
    const html = await page('/library')
    expect(html).toContain('&gt;10,000')
    expect(html).toContain('href="/library/titles"')
    expect(html).toContain('… and 1 hidden table')
    expect(html).not.toContain('href="/library/_hidden"')
    expect(html).not.toContain('diary')
    expect(await page('/library?_show_hidden=1')).toContain('href="/library/_hidden"')
  })

  it('lists the first stored queries on its first page, and leads to all of them', async () => {
    const html = await page('/library')
    expect(html).toContain('<a href="/library/newest#top"><bdi>Newest &lt;books&gt;</bdi></a>')
    expect(html).toContain('What came last')
    expect(html).not.toContain('for_ada')
    expect(html).not.toContain('/-/queries')
    const many = await page('/many')
    expect(many).toContain('href="/many/q5"')
    expect(many).not.toContain('href="/many/q6"')
    expect(many).toContain('<a href="/many/-/queries">All 7 queries</a>')
    expect(await page('/many?_next=100')).not.toContain('href="/many/q1"')
  })

  it('finds tables and views by name without a script, page by page', async () => {
    expect(await page('/library')).not.toContain('role="search"')
    const html = await page('/many?q=t1%204')
    expect(html).toContain('name="q"')
    expect(html).toContain('value="t1 4"')
    expect(html).toContain('href="/many/t1044"')
    expect(html).not.toContain('href="/many/t1050"')
    expect(html).not.toContain('Next page')
    expect(await page('/many?q=T10')).toContain('href="/many/t1000"')
    expect(await page('/many?q=t1')).toContain('href="/many?q=t1&amp;_next=100"')
    expect(await page('/many?q=t1&_next=100')).toContain('href="/many?q=t1"')
  })

  it('says that nothing has such a name, also of what the reader may not see', async () => {
    for (const words of ['diary', 'nothing', '%22%3E%3Cscript%3E']) {
      const html = await page(`/library?q=${words}`)
      expect(html).toContain('Nothing found')
      expect(html).toContain('<a href="/library">Show all of them</a>')
      expect(html).not.toContain('<script>')
      expect(html).not.toContain('/library/diary')
    }
  })

  it('keeps hidden tables in or out of what is found', async () => {
    expect(await page('/library?q=hid')).toContain('href="/library?q=hid&amp;_show_hidden=1"')
    const shown = await page('/library?q=hid&_show_hidden=1')
    expect(shown).toContain('href="/library/_hidden"')
    expect(shown).toContain('<input type="hidden" name="_show_hidden" value="1"/>')
  })

  it('leads to the schema', async () => {
    expect(await page('/library')).toContain('href="/library/-/schema"')
  })

  it('offers a place for SQL to those who may run it', async () => {
    expect(await page('/library')).toContain('action="/library/-/query"')
    expect(await page('/many')).not.toContain('/-/query')
  })

  it('shows a hundred at a time', async () => {
    const first = await page('/many')
    expect(first).toContain('1 to 100 of 150')
    expect(first).toContain('href="/many?_next=100"')
    expect(first).not.toContain('/many/t1100')
    const second = await page('/many?_next=100')
    expect(second).toContain('101 to 150 of 150')
    expect(second).toContain('/many/t1149')
    expect(second).toContain('href="/many"')
  })

  it('refuses a page that is no number', async () => {
    expect((await server.request('/many?_next=x')).status).toBe(400)
  })
})
