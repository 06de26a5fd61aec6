import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'
import { pageAt } from '../../test/support/page-at.ts'
import { refused, saidIn } from '../../test/support/write-api.ts'

const actor = { id: 'all' }
let server: TestServer

beforeAll(async () => {
  const rights = [
    'insert-row',
    'update-row',
    'delete-row',
    'create-table',
    'alter-table',
    'drop-table',
    'set-column-type',
    'execute-write-sql',
  ]
  server = await createTestServer({
    databases: { shop: 'create table items (id integer primary key); insert into items values (1)' },
    readOnly: ['shop'],
    config: { permissions: Object.fromEntries(rights.map((right) => [right, true])) },
  })
})
afterAll(() => server.close())

describe('a database whose file the server may not write to', () => {
  it('offers nothing that would change it', async () => {
    const pages = await Promise.all(
      ['/shop', '/shop/items', '/shop/items/1'].map((path) => pageAt(server, path, { actor })),
    )
    for (const { status, html } of pages) {
      expect(status).toBe(200)
      expect(html).not.toMatch(/-\/(?:insert-row|edit-row|delete-row|\w+-table|column-types|execute-write)/)
    }
  })

  it('says on pages what keeps it from being changed', async () => {
    for (const path of ['/shop/items/-/insert-row', '/shop/items/-/drop-table', '/shop/-/execute-write']) {
      const { status, html } = await pageAt(server, path, { actor })
      expect(status).toBe(403)
      expect(html).toContain('The server may read its file, but not write to it')
      expect(html).not.toContain('Ask the owner of this site for access')
    }
  })

  it('refuses programs plainly', async () => {
    const text = 'Database is read-only: the server may not write to its file'
    for (const [path, json] of [
      ['items/-/insert', { row: {} }],
      ['items/-/drop', { confirm: true }],
      ['-/create', { table: 't', columns: [{ name: 'a', type: 'text' }] }],
      ['-/execute-write', { sql: 'delete from items' }],
    ] as const) {
      expect(await saidIn(await server.request(`/shop/${path}`, { json, actor }))).toEqual(refused(403, text))
    }
  })
})
