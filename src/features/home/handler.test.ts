import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { FileDatabase } from '../../database/file-database.ts'
import { createTestServer, type TestServer } from '../../testing.ts'

const LIBRARY = `
  create table authors (id integer primary key, name text);
  create table books (id integer primary key, author integer references authors(id), title text);
  insert into authors values (1, 'A'), (2, 'B');
  insert into books values (1, 1, 'x'), (2, 1, 'y'), (3, 2, 'z');
  create table diary (day text);
  insert into diary values ('mon');
  create table _hidden (id integer primary key);
  insert into _hidden values (1);
  create table members (card text primary key);
  insert into members values ('m1'), ('m2');
  create view titles as select title from books;
`
const MANY = Array.from(
  { length: 120 },
  (_, number) => `create table t${number} (id integer primary key);`,
).join('')

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { many: MANY, library: LIBRARY, closed: 'create table t (id integer primary key)' },
    config: {
      databases: {
        closed: { allow: { id: 'ada' } },
        library: { tables: { members: { hidden: true }, diary: { allow: { id: 'ada' } } } },
      },
    },
  })
})

afterAll(() => server.close())

describe.each(['/.json', '/-/.json'])('GET %s', (path) => {
  it('lists the databases that everybody may see, by name', async () => {
    const response = await server.request(path)
    expect(response.status).toBe(200)
    const document = (await response.json()) as { databases: { name: string }[] }
    expect(document).toMatchObject({ ok: true, metadata: {} })
    expect(document.databases.map(({ name }) => name)).toEqual(['library', 'many'])
  })
})

describe('GET /.json', () => {
  const databases = async (path: string, actor?: { id: string }) => {
    const response = await server.request(path, actor === undefined ? {} : { actor })
    return ((await response.json()) as { databases: Record<string, unknown>[] }).databases
  }

  it('tells what is in a database that the reader may see', async () => {
    const [library] = await databases('/.json')
    const table = { hidden: false, fts_table: null, num_relationships_for_sorting: 0, private: false }
    expect(library).toEqual({
      name: 'library',
      hash: null,
      color: 'd521f7',
      path: '/library',
      tables_and_views_truncated: [
        { name: 'books', columns: ['id', 'author', 'title'], primary_keys: ['id'], count: 3, ...table },
        { name: 'authors', columns: ['id', 'name'], primary_keys: ['id'], count: 2, ...table },
        { name: 'titles', private: false },
      ],
      tables_and_views_more: false,
      tables_count: 2,
      table_rows_sum: 5,
      show_table_row_counts: true,
      hidden_table_rows_sum: 3,
      hidden_tables_count: 2,
      views_count: 1,
      private: false,
    })
  })

  it('shows more to whom more is open, and marks it as private', async () => {
    const [closed, library] = await databases('/.json', { id: 'ada' })
    expect(closed).toMatchObject({ name: 'closed', private: true })
    expect(library).toMatchObject({
      tables_count: 3,
      tables_and_views_truncated: [
        { name: 'books', private: false },
        { name: 'authors', private: false },
        { name: 'diary', primary_keys: [], private: true },
        { name: 'titles', private: false },
      ],
    })
  })

  it('orders tables by their foreign keys when asked to', async () => {
    const [library] = await databases('/.json?_sort=relationships')
    expect(library).toMatchObject({
      tables_and_views_truncated: [
        { name: 'books', num_relationships_for_sorting: 1 },
        { name: 'authors', num_relationships_for_sorting: 1 },
        { name: 'titles' },
      ],
    })
  })

  it('does not count the rows of a database with very many tables', async () => {
    const [, many] = await databases('/.json')
    expect(many).toMatchObject({
      tables_count: 120,
      tables_and_views_more: true,
      show_table_row_counts: false,
      table_rows_sum: 0,
    })
    expect(many?.['tables_and_views_truncated']).toHaveLength(5)
  })
})

describe('GET /', () => {
  it('is a page with the databases and what is in them', async () => {
    const response = await server.request('/')
    expect(response.headers.get('link')).toBe(
      '<http://localhost:8001/.json>; rel="alternate"; type="application/json+datasette"',
    )
    const html = await response.text()
    expect(html).toContain('5 rows in 2 tables, 3 rows in 2 hidden tables, 1 view')
    expect(html).toContain('120 tables')
    expect(html).toContain('href="/library/books"')
    expect(html).not.toContain('closed')
    expect(html).not.toContain('diary')
  })
})

describe('an immutable database', () => {
  it('is counted once for all pages, and has the hash and the colour of its file', async () => {
    const fixed = await createTestServer({
      databases: { fixed: LIBRARY, empty: '' },
      immutable: ['fixed'],
    })
    const query = vi.spyOn(FileDatabase.prototype, 'query')
    for (const path of ['/', '/.json', '/fixed', '/fixed.json', '/.json']) await fixed.request(path)
    expect(query).toHaveBeenCalledTimes(1)
    query.mockRestore()
    const { databases } = (await (await fixed.request('/.json')).json()) as {
      databases: { hash: string; color: string }[]
    }
    const hash = createHash('sha256')
      .update(readFileSync(fixed.files['fixed'] ?? ''))
      .digest('hex')
    expect(databases[1]).toMatchObject({ name: 'fixed', hash, color: hash.slice(0, 6), table_rows_sum: 8 })
    expect(await (await fixed.request('/')).text()).toContain('Nothing is in it yet')
    await fixed.close()
  })
})

describe('a database that cannot be read', () => {
  const databases = {
    first: 'create table t (id integer primary key)',
    second: 'create table t (id integer primary key)',
  }
  let folder: string
  let shaky: TestServer
  let file: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'home-'))
    vi.stubEnv('TMPDIR', folder)
    shaky = await createTestServer({ databases })
    vi.unstubAllEnvs()
    file = globSync(join(folder, '*/first.db'))[0] ?? ''
  })

  afterAll(async () => {
    await shaky.close()
    rmSync(folder, { recursive: true })
  })

  const home = async () => {
    const response = await shaky.request('/')
    return { status: response.status, text: (await response.text()).replaceAll(/<[^>]*>/g, '') }
  }

  it('leaves the others on the page while another process writes to it', async () => {
    const other = new DatabaseSync(file)
    other.exec('begin exclusive')
    const { status, text } = await home()
    expect(status).toBe(200)
    expect(text).toContain('first is being written to just now')
    expect(text).toContain('0 rows in 1 table')
    const document = (await (await shaky.request('/.json')).json()) as { databases: { name: string }[] }
    expect(document.databases.map(({ name }) => name)).toEqual(['second'])
    other.exec('rollback')
    other.close()
    expect((await home()).text).not.toContain('being written')
  })

  it('leaves the others on the page when it is broken', async () => {
    writeFileSync(file, 'no database '.repeat(1000))
    const { status, text } = await home()
    expect(status).toBe(200)
    expect(text).toContain('first cannot be read just now')
    expect(text).toContain('0 rows in 1 table')
  })
})
