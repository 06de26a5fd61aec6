import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: 'create table orders (id integer); create table salaries (id integer)' },
    config: { databases: { shop: { tables: { salaries: { allow: { id: 'ann' } } } } } },
  })
})
afterAll(() => server.close())

const search = async (query: string, actor?: { id: string }) =>
  (await server.request(`/-/search${query}`, actor === undefined ? {} : { actor })).text()

describe('GET /-/search', () => {
  it('asks for a name, and lists nothing before', async () => {
    const html = await search('')
    expect(html).toContain('<form class="form" method="get" action="/-/search">')
    expect(html).not.toContain('/shop/orders')
  })

  it('lists links to what holds the words', async () => {
    expect(await search('?q=order')).toContain('<a href="/shop/orders"><bdi>shop: orders</bdi></a>')
  })

  it('tells nobody of a table that they may not see', async () => {
    expect(await search('?q=salar')).toContain('Nothing found')
    expect(await search('?q=salar')).not.toContain('shop: salaries')
    expect(await search('?q=salar', { id: 'ann' })).toContain('href="/shop/salaries"')
  })

  it('writes the words back as text', async () => {
    expect(await search(`?q=${encodeURIComponent('"><script>')}`)).toContain(
      'value="&quot;&gt;&lt;script&gt;"',
    )
  })
})
