import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'

/** That the settings of host.md §6 which concern reading have the effect that docs/serve.md promises; others are tested with their features. */

const LONG = 'long text '.repeat(20)
const SHOP = `create table t (id integer primary key, x text); insert into t values (1, '${LONG}'), (2, 'b'), (3, 'c');`

async function serverWith(settings: object): Promise<TestServer> {
  const server = await createTestServer({
    databases: { shop: SHOP },
    rootEnabled: true,
    config: { settings },
  })
  onTestFinished(() => server.close())
  return server
}

const textOf = async (server: TestServer, path: string) => (await server.request(path)).text()

describe('truncate_cells_html', () => {
  it('cuts long cells on the page of a table, and nowhere else', async () => {
    const server = await serverWith({ truncate_cells_html: 30 })
    const page = await textOf(server, '/shop/t')
    expect(page).toContain('…')
    expect(page).not.toContain(LONG.trim())
    expect(await textOf(server, '/shop/t/1')).toContain(LONG.trim())
    expect(await textOf(server, '/shop/t.json')).toContain(LONG)
  })

  it('cuts nothing at 0', async () => {
    expect(await textOf(await serverWith({ truncate_cells_html: 0 }), '/shop/t')).toContain(LONG.trim())
  })
})

describe('num_sql_threads', () => {
  it('is how many processes can run queries at once', async () => {
    const readers = async (num_sql_threads: number) => {
      const server = await serverWith({ num_sql_threads })
      await Promise.all(Array.from({ length: 6 }, () => server.request('/shop/t.json?_sort=x')))
      const { threads } = (await (
        await server.request('/-/threads.json', { actor: { id: 'root' } })
      ).json()) as { threads: { name: string }[] }
      return threads.filter(({ name }) => name === 'reader').length
    }
    expect((await readers(3)) - (await readers(1))).toBe(2)
  })
})

describe('default_page_size and max_returned_rows', () => {
  it('bound a page, and max_returned_rows a query too', async () => {
    const server = await serverWith({ default_page_size: 2, max_returned_rows: 2 })
    const rows = async (path: string) =>
      ((await (await server.request(path)).json()) as { rows: object[]; truncated: boolean }) ?? []
    expect((await rows('/shop/t.json')).rows).toHaveLength(2)
    expect((await rows('/shop/t.json?_size=max')).rows).toHaveLength(2)
    expect((await server.request('/shop/t.json?_size=3')).status).toBe(400)
    expect(await rows('/shop/-/query.json?sql=select+1+union+select+2+union+select+3')).toMatchObject({
      rows: [{}, {}],
      truncated: true,
    })
  })
})

describe('sql_time_limit_ms', () => {
  it('ends a query, and says which setting did', async () => {
    const server = await serverWith({ sql_time_limit_ms: 20 })
    const endless = 'with n(i) as (select 1 union all select i + 1 from n) select sum(i) from n'
    const response = await server.request(`/shop/-/query.json?sql=${encodeURIComponent(endless)}`)
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('sql_time_limit_ms') as string,
    ])
  })
})

describe('settings without effect', () => {
  it('are accepted, and change no answer', async () => {
    const server = await serverWith({ template_debug: true, trace_debug: true })
    const plain = await serverWith({})
    for (const path of ['/shop/t.json?_trace=1', '/shop.json?_context=1']) {
      expect(await textOf(server, path)).toBe(await textOf(plain, path))
    }
  })
})
