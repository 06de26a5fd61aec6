import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'
import { pageAt } from '../../test/support/page-at.ts'
import { saidIn } from '../../test/support/write-api.ts'

const actor = { id: 'all' }
let server: TestServer

beforeAll(async () => {
  const rights = ['insert-row', 'drop-table', 'delete-row', 'execute-write-sql', 'store-query', 'execute-sql']
  server = await createTestServer({
    databases: {
      shop: `create table owners (id integer primary key); create table pets (owner integer references owners(id));
        create table log (id integer primary key); insert into owners values (1); insert into pets values (1)`,
    },
    config: {
      settings: { max_insert_rows: 2 },
      permissions: Object.fromEntries(rights.map((right) => [right, actor])),
      databases: { shop: { tables: { log: { permissions: { 'drop-table': false, 'delete-row': false } } } } },
    },
  })
})
afterAll(() => server.close())

describe('what pages say where the API speaks to programs', () => {
  it.each([
    ['-/execute-write', { sql: 'select 1' }, 'This SQL only reads', 'Use /-/query'],
    [
      '-/execute-write',
      { sql: 'drop table log' },
      'it needs the right drop-table on log in shop',
      'Permission denied',
    ],
    [
      '-/queries/store',
      { name: 'a/b', sql: 'select 1' },
      'This cannot be the name of a query',
      'Invalid query name',
    ],
    ['owners/-/drop-table', { table: 'owners' }, 'A row would refer to one that is not there', 'FOREIGN KEY'],
    ['log/-/insert-rows', { rows: 'id\n1\n2\n3' }, 'at most 2 are taken', 'maximum allowed'],
  ])('on %s of %o', async (path, form: Readonly<Record<string, string>>, words, programs) => {
    const { html } = await pageAt(server, `/shop/${path}`, { form, actor })
    expect(html).toContain(words)
    expect(html).not.toContain(programs)
  })

  it('leaves the words of the API as they are', async () => {
    const drop = await server.request('/shop/owners/-/drop', { json: { confirm: true }, actor })
    expect(await saidIn(drop)).toMatchObject({ json: { error: 'FOREIGN KEY constraint failed' } })
  })
})
