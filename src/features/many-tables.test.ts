import { DatabaseSync, StatementSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { signToken } from '../auth/token-format.ts'
import { FileDatabase } from '../database/file-database.ts'
import { createTestServer, type TestServer } from '../testing.ts'

const TABLES = 600

let server: TestServer

beforeAll(async () => {
  const tables = Array.from({ length: TABLES }, (_, n) => {
    const name = `t${1000 + n}`
    return `create table ${name} (id integer primary key, up integer references t1000(id)); insert into ${name} values (1, null);`
  })
  server = await createTestServer({
    databases: { many: `begin; ${tables.join('')} commit;` },
    config: {
      databases: {
        many: {
          tables: { t1001: { allow: { id: 'ada' } }, t1002: { allow: false }, t1003: { allow: true } },
        },
      },
    },
  })
})

afterAll(() => server.close())
afterEach(() => vi.restoreAllMocks())

/** What a request costs in statements: those for child processes, and those that ran and were prepared inside the server. */
async function costOf(path: string, token?: string) {
  const asked = vi.spyOn(FileDatabase.prototype, 'query')
  const ran = [vi.spyOn(StatementSync.prototype, 'all'), vi.spyOn(StatementSync.prototype, 'get')]
  const prepared = vi.spyOn(DatabaseSync.prototype, 'prepare')
  const response = await server.request(path, token === undefined ? {} : { token })
  await response.text()
  expect([path, response.status]).toEqual([path, 200])
  const cost = {
    asked: asked.mock.calls.length,
    ran: ran.reduce((sum, spy) => sum + spy.mock.calls.length, 0),
    prepared: prepared.mock.calls.length,
  }
  vi.restoreAllMocks()
  return cost
}

/** Statements of its own that a request may run whatever the number of tables: counters, sessions, one listing. */
const FEW = 60

describe('a database with very many tables', () => {
  // The first requests find nothing that was read before; their order is that of these lines.
  it.each([
    ['/', FEW],
    ['/-/jump.json?q=t15', FEW],
    ['/-/search?q=t15', FEW],
    ['/.json?_sort=relationships', FEW],
    ['/-/schema.json', FEW],
    ['/many/-/schema', FEW],
    ['/many?q=t159', FEW],
    ['/many', 100 + FEW],
    ['/many?_next=500', 100 + FEW],
  ])('costs %s no statement for each of them', async (path, most) => {
    const { asked, ran, prepared } = await costOf(path)
    expect(asked).toBeLessThanOrEqual(1)
    expect(ran).toBeLessThan(most)
    expect(prepared).toBeLessThan(FEW)
  })

  it('shows no numbers on the home page while only some tables were counted', async () => {
    const document = (await (await server.request('/.json')).json()) as {
      databases: { tables_and_views_truncated: object[] }[]
    }
    expect(document.databases[0]).toMatchObject({ table_rows_sum: 0, show_table_row_counts: false })
    expect(document.databases[0]?.tables_and_views_truncated[0]).toMatchObject({ name: 't1599', count: null })
  })

  it('costs the whole document one statement for each hundred of them, and one for the columns of each, once', async () => {
    const first = await costOf('/many.json')
    expect(first.asked).toBeLessThanOrEqual(TABLES / 100)
    expect(first.ran).toBeLessThan(TABLES + FEW)
    expect(first.prepared).toBeLessThan(FEW)
    const second = await costOf('/many.json')
    expect(second.asked).toBe(0)
    expect(second.ran).toBeLessThan(FEW)
  })

  it('shows on the home page what was counted for another', async () => {
    const home = await (await server.request('/')).text()
    expect(home).toContain(
      `${(TABLES - 2).toLocaleString('en')} rows in ${(TABLES - 2).toLocaleString('en')} tables`,
    )
    const document = (await (await server.request('/.json')).json()) as { databases: object[] }
    expect(document.databases[0]).toMatchObject({ table_rows_sum: TABLES - 2, show_table_row_counts: true })
  })

  it('costs a restricted token no more', async () => {
    const token = signToken(server.signer, {
      a: 'ada',
      t: server.now(),
      _r: { a: ['vi'], d: { many: ['vd'] }, r: { many: { t1001: ['vt'] } } },
    })
    for (const path of ['/', '/.json', '/many', '/many.json', '/-/jump.json?q=t', '/-/schema.json']) {
      const { asked, ran } = await costOf(path, token)
      expect([path, asked <= 1, ran < FEW]).toEqual([path, true, true])
    }
  })
})
