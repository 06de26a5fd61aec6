import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../../testing.ts'
import { pageAt } from '../../../test/support/page-at.ts'

const SCHEMA = `
  create table people (id integer primary key, mail text, site text);
  create table secret (word text);
  create table numbers (n integer, doc json, any);
`
const ALL = { id: 'all' }
const TYPER = { id: 'typer' }

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: { shop: SCHEMA, still: SCHEMA },
    immutable: ['still'],
    config: {
      permissions: { 'set-column-type': { id: ['all', 'typer'] }, 'insert-row': { id: 'all' } },
      databases: { shop: { tables: { secret: { allow: { id: 'all' } } } } },
    },
  })
})

afterAll(() => server.close())

const at = (table: string) => `/shop/${table}/-/column-types`
const get = (path: string, actor = ALL) => pageAt(server, path, { actor })
const set = (form: Readonly<Record<string, string>>, actor = ALL, table = 'people') =>
  pageAt(server, at(table), { form, actor })

describe('the page for the types of columns', () => {
  it('lists text columns and their types', async () => {
    const { html } = await get(at('people'))
    expect(html).toContain('name="column.1"')
    expect(html).not.toContain('name="column.0"')
    const { html: numbers } = await get(at('numbers'))
    expect(numbers).toContain('No text columns here')
    expect(numbers.replaceAll(/<[^>]+>/g, '')).toContain(
      'declared otherwise: n (INTEGER), doc (json), any (no type). Forms check JSON all the same.',
    )
  })

  it('sets a type, which holds from then on, and takes it away', async () => {
    const { status, response } = await set({ 'column.1': 'email', 'column.2': '' })
    expect(status).toBe(303)
    expect(response.headers.get('location')).toBe('/shop/people')
    expect(response.headers.get('set-cookie')).toContain('ds_messages=')
    expect((await get(at('people'))).html).toMatch(/<option value="email" selected/)
    const insert = async () =>
      (await server.request('/shop/people/-/insert', { json: { row: { mail: 'no' } }, actor: ALL })).status
    expect(await insert()).toBe(400)
    await set({ 'column.1': '' })
    expect(await insert()).toBe(201)
  })

  it.each([
    ['nothing', {}, 'Nothing is different yet'],
    ['a type that nobody knows', { 'column.2': 'picture' }, 'Unknown column type: picture'],
    ['a column that has none', { 'column.0': 'url' }, 'Nothing is different yet'],
  ])('refuses %s', async (_what, form, message) => {
    const { status, html } = await set(form)
    expect(status).toBe(400)
    expect(html).toContain(message)
  })

  it('is for those who may, and who may see the table', async () => {
    const { html } = await get('/shop/people')
    expect(html).toContain(`href="${at('people')}"`)
    // One for the table, and one in the menu of each text column.
    expect(html.split(`href="${at('people')}"`)).toHaveLength(4)
    expect(html).toContain('Set custom type')
    expect((await get('/shop/people', { id: 'x' })).html).not.toContain('column-types')
    expect((await get('/still/people')).html).not.toContain('column-types')
    expect((await get(at('people'), { id: 'x' })).status).toBe(403)
    expect((await set({ 'column.1': 'url' }, { id: 'x' })).status).toBe(403)
    expect((await get(at('secret'), TYPER)).status).toBe(403)
    expect((await set({ 'column.0': 'url' }, TYPER, 'secret')).status).toBe(403)
    expect((await get(at('nope'))).status).toBe(404)
    const headers = { 'sec-fetch-site': 'cross-site' }
    const form = { 'column.1': 'url' }
    expect((await server.request(at('people'), { form, actor: ALL, headers })).status).toBe(403)
  })
})
