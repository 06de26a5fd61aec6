import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageAt } from '../../test/support/page-at.ts'
import { createTestServer, type TestServer } from '../testing.ts'

const COLUMNS = Array.from({ length: 500 }, (_, number) => `c${number}`)

let directory: string
let server: TestServer
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-test-'))
  server = await createTestServer({
    internalPath: join(directory, 'internal.db'),
    config: { permissions: { 'delete-row': true } },
    databases: {
      big: `create table one (id integer primary key, x text);
        insert into one values (1, 'http://a.example/' || replace(hex(zeroblob(5000000)), '0', '&'));
        create table wide (id integer primary key, ${COLUMNS.join(', ')});
        insert into wide values (1, ${COLUMNS.map(() => "replace(hex(zeroblob(3000)), '0', '&')").join(', ')});`,
      shop: 'create table orders (id integer primary key); insert into orders values (1)',
    },
  })
})
afterAll(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

describe('a row that is larger than a page', () => {
  it.each(['/big/one/1', '/big/one', '/big/wide/1', '/big/wide'])('is cut to a page at %s', async (path) => {
    const response = await server.request(path)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page.length).toBeLessThan(3_000_000)
    expect(page).toContain('…')
  })

  it('stands whole in the JSON', async () => {
    const row = (await (await server.request('/big/one/1.json')).json()) as { rows: { x: string }[] }
    expect(row.rows[0]?.x).toHaveLength(10_000_000 + 'http://a.example/'.length)
  })
})

describe('a database that another process has locked', () => {
  it('asks to try again, and works when the lock is gone', async () => {
    await server.request('/shop/orders.json')
    const other = new DatabaseSync(server.files['shop'] ?? '')
    other.exec('begin exclusive')
    for (const path of ['/shop/orders.json', '/shop/orders/1.json', '/shop/orders']) {
      const response = await server.request(path)
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 503, '1'])
    }
    const path = '/shop/orders/1/-/delete-row'
    const { status, html } = await pageAt(server, path, { actor: { id: 'anna' }, form: { confirm: 'yes' } })
    expect(status).toBe(503)
    expect(html).toContain('Nothing was changed. Wait a moment and reload this page')
    other.exec('rollback')
    other.close()
    expect((await server.request('/shop/orders.json')).status).toBe(200)
  })
})

describe('a form for a table that is gone meanwhile', () => {
  it.each(['drop-table', 'alter-table', 'insert-row'])('says so: %s', async (page) => {
    const form = { table: 'gone', step: 'run' }
    const { status, html } = await pageAt(server, `/shop/gone/-/${page}`, { actor: { id: 'anna' }, form })
    expect(status).toBe(404)
    expect(html).toContain('Somebody has dropped or renamed it meanwhile. Nothing was changed.')
    expect((await pageAt(server, '/shop/gone')).html).not.toContain('meanwhile')
  })
})
