import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../../testing.ts'

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    rootEnabled: true,
    databases: { shop: 'create table items (v)' },
    config: {
      databases: { shop: { queries: { add: { sql: 'insert into items values (:v)', write: true } } } },
    },
  })
})

afterAll(() => server.close())

const post = async (path: string, body: string, type = 'application/json') => {
  const headers = { 'content-type': type }
  const actor = { id: 'root' }
  const response = await server.request(path, { method: 'POST', body, headers, actor })
  return { status: response.status, text: await response.text() }
}
const refusal = (words: string) => ({ status: 400, text: expect.stringContaining(words) as string })

describe('JSON that is nested very deeply', () => {
  const BRACKETS = [
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ] as const

  it.each(BRACKETS)('is refused as a value, and nothing is written: %s', async (_name, open, close) => {
    const value = (depth: number) => open.repeat(depth) + '1' + close.repeat(depth)
    for (const depth of [1001, 3000, 6000, 9000, 200_000]) {
      const words = depth === 1001 ? 'JSON value is nested too deeply' : 'nested deeper than 1024 levels'
      const row = `{"v": ${value(depth)}}`
      expect(await post('/shop/items/-/insert', `{"row": ${row}}`)).toMatchObject(refusal(words))
      expect(await post('/shop/items/-/insert', `${row}\n`, 'application/x-ndjson')).toMatchObject(
        refusal(words),
      )
      expect(await post('/shop/-/create', `{"table": "made", "row": ${row}}`)).toMatchObject(refusal(words))
    }
    const rows = await server.request('/shop/items.json?_shape=array')
    expect(await rows.json()).toEqual([])
  })

  it.each([
    ['/shop/-/execute-write', '{"sql": "insert into items values (:v)", "params": {"v": $}}'],
    ['/shop/items/-/set-column-type', '{"column": "v", "column_type": {"type": "json", "config": {"a": $}}}'],
    ['/shop/items/-/alter', '{"operations": [{"op": "add_column", "args": {"name": "w", "default": $}}]}'],
    ['/shop/-/queries/store', '{"query": {"name": "q", "sql": "select 1", "title": $}}'],
    ['/shop/add', '{"v": $}'],
  ])('is refused by %s', async (path, body) => {
    const value = '['.repeat(9000) + ']'.repeat(9000)
    expect(await post(path, body.replace('$', value))).toMatchObject(
      refusal('nested deeper than 1024 levels'),
    )
  })

  it('is stored where SQLite can read it', async () => {
    const value = '['.repeat(1000) + ']'.repeat(1000)
    expect(await post('/shop/items/-/insert', `{"row": {"v": ${value}}}`)).toMatchObject({ status: 201 })
  })
})
