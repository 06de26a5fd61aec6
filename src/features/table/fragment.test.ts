import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

const SCHEMA = `
  create table items (id integer primary key, name text, maker integer);
  insert into items values (1, 'bolt', 1), (2, '<b>nut</b>', 2), (3, 'saw', 1);
  create table prices (sku text, region text, amount real, primary key (sku, region));
  insert into prices values ('saw/xl', 'eu', 30), ('bolt', 'eu', 1);
  create table closed (id integer primary key);
  create view few as select * from items;
`

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA },
    config: { databases: { shop: { tables: { closed: { allow: { id: 'ann' } } } } } },
  })
})

afterAll(() => server.close())

const fragment = async (path: string) => {
  const response = await server.request(`/shop/${path}`)
  const html = await response.text()
  return { status: response.status, html, rows: html.split('<tbody>')[1]?.match(/<tr>/g)?.length ?? 0 }
}

describe('GET /:database/:table/-/fragment', () => {
  it('is the table of rows without the page around it', async () => {
    const { status, html, rows } = await fragment('items/-/fragment?name__contains=b')
    expect({ status, rows }).toEqual({ status: 200, rows: 2 })
    expect(html).toMatch(/^<div class="table-scroll"/)
    expect(html).toContain('&lt;b&gt;nut&lt;/b&gt;')
    expect(html).not.toContain('<html')
  })

  it('?_row= asks for one row by its key, in the columns that the address chooses', async () => {
    const { html, rows } = await fragment('items/-/fragment?_row=3&_col=name&_nocount=1')
    expect(rows).toBe(1)
    expect(html).toContain('saw')
    expect(html).not.toContain('maker')
    expect((await fragment('prices/-/fragment?_row=saw~2Fxl,eu')).html).toContain('saw/xl')
  })

  it('has no row where the key names none', async () => {
    expect((await fragment('items/-/fragment?_row=99')).rows).toBe(0)
    expect((await fragment('few/-/fragment?_row=1')).rows).toBe(0)
    expect((await fragment('prices/-/fragment?_row=1')).status).toBe(400)
  })

  it('is for those who may see the table', async () => {
    expect((await fragment('closed/-/fragment')).status).toBe(403)
    expect((await fragment('missing/-/fragment')).status).toBe(404)
  })
})
