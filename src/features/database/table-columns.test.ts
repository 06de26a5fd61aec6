import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table orders (id integer, item text); create table salaries (person text);
             create view cheap as select item from orders`,
    },
    config: {
      databases: {
        shop: { allow_sql: { id: ['ann', 'ben'] }, tables: { salaries: { allow: { id: 'ann' } } } },
      },
    },
  })
})
afterAll(() => server.close())

const ask = (actor?: { id: string }) =>
  server.request('/shop/-/query/columns', actor === undefined ? {} : { actor })

describe('GET /:database/-/query/columns', () => {
  it('names the tables, views and columns that this reader may see', async () => {
    expect(await (await ask({ id: 'ben' })).json()).toEqual({
      ok: true,
      table_columns: { orders: ['id', 'item'], cheap: [] },
    })
    const document = (await (await ask({ id: 'ann' })).json()) as { table_columns: object }
    expect(document.table_columns).toHaveProperty('salaries', ['person'])
  })

  it('names nothing to who may not run SQL', async () => {
    const answer = await ask()
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('orders')
  })

  it('is not kept for another reader', async () => {
    expect((await ask({ id: 'ben' })).headers.get('cache-control')).toBe('private')
  })
})
