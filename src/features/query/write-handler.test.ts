import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseMessages } from '../../app/messages-cookie.ts'
import { parseCookies } from '../../http/cookies.ts'
import { createTestServer, type TestServer } from '../../testing.ts'

let server: TestServer
const ada = { id: 'ada' }

beforeEach(async () => {
  const add = 'insert into cats (name) values (:name)'
  server = await createTestServer({
    databases: {
      shop: 'CREATE TABLE cats (id INTEGER PRIMARY KEY, name TEXT UNIQUE)',
      old: 'CREATE TABLE cats (name TEXT)',
    },
    immutable: ['old'],
    config: {
      databases: {
        old: { queries: { add: { sql: add, write: true } } },
        shop: {
          permissions: { 'execute-write-sql': { id: ['ada', 'bob'] } },
          tables: {
            cats: {
              permissions: { 'insert-row': ada, 'update-row': ada, 'delete-row': ada },
            },
          },
          queries: {
            add: { sql: add, write: true, title: 'Add a cat' },
            add_mine: { sql: "insert into cats (name) values (:name || ' of ' || :_actor_id)", write: true },
            add_loudly: {
              sql: add,
              write: true,
              on_success_message: 'Welcome!',
              on_success_redirect: '/shop/cats',
              on_error_message: 'That name is taken',
              on_error_redirect: 'https://help.example/',
            },
            add_counted: {
              sql: add,
              write: true,
              on_success_message_sql: "select :name || ' is number ' || count(*) from cats",
            },
            as_yourself: { sql: add, write: true, is_trusted: false, hide_sql: true },
            for_ada: { sql: add, write: true, allow: ada },
            make: { sql: 'create table toys (id integer primary key)', write: true },
            broken: { sql: 'delete from nowhere', write: true },
          },
        },
      },
    },
  })
})

afterEach(() => server.close())

const names = async () => {
  const rows = await server.request(
    '/shop/-/query.json?_shape=arrayfirst&sql=select+name+from+cats+order+by+id',
  )
  return rows.json()
}
const post = (name: string, form: Record<string, string>, rest: object = {}) =>
  server.request(`/shop/${name}`, { form, ...rest })

function said(response: Response): unknown {
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith('ds_messages='))
  const value = parseCookies(cookie?.split(';')[0] ?? '').get('ds_messages') ?? ''
  return parseMessages(server.signer, value)
}

describe('POST /:database/:query', () => {
  it('runs the query with the values of a form, and leads back with a message', async () => {
    const response = await post('add', { name: 'Tom' })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/shop/add'])
    expect(said(response)).toEqual([{ text: 'Query executed, 1 row affected', kind: 'info' }])
    expect(await names()).toEqual(['Tom'])
  })

  it.each([
    ['the header', { headers: { accept: 'application/json' } }, 'add', { name: 'Tom' }],
    ['the address', {}, 'add?_json=1', { name: 'Tom' }],
    ['the form', {}, 'add', { name: 'Tom', _json: '1' }],
  ])('answers with JSON when %s asks for it', async (_way, rest, path, form) => {
    const response = await post(path, form, rest)
    expect([response.status, await response.json()]).toEqual([
      200,
      { ok: true, message: 'Query executed, 1 row affected', redirect: null },
    ])
  })

  it('takes a JSON object whatever its type is called, with values as text', async () => {
    const body = JSON.stringify({ name: 12, _json: true })
    const response = await server.request('/shop/add', { method: 'POST', body })
    expect(await response.json()).toMatchObject({ ok: true })
    expect(await names()).toEqual(['12'])
    const quiet = await server.request('/shop/add', { json: { name: 'Kit' } })
    expect(quiet.status).toBe(302)
  })

  it('says what went wrong, and changes nothing', async () => {
    await post('add', { name: 'Tom' })
    const again = await post('add', { name: 'Tom' })
    expect(said(again)).toEqual([{ text: 'UNIQUE constraint failed: cats.name', kind: 'error' }])
    const json = await post('broken', { _json: '1' })
    expect([json.status, await json.json()]).toEqual([
      400,
      {
        ok: false,
        error: 'no such table: nowhere',
        errors: ['no such table: nowhere'],
        status: 400,
        redirect: null,
      },
    ])
  })

  it('has no count for what changes no rows', async () => {
    expect(await (await post('make', { _json: '1' })).json()).toMatchObject({ message: 'Query executed' })
  })

  it('says and leads where the configuration says', async () => {
    const good = await post('add_loudly', { name: 'Tom' })
    expect([said(good), good.headers.get('location')]).toEqual([
      [{ text: 'Welcome!', kind: 'info' }],
      '/shop/cats',
    ])
    const bad = await post('add_loudly', { name: 'Tom', _json: '1' })
    expect(await bad.json()).toMatchObject({
      error: 'That name is taken',
      redirect: 'https://help.example/',
    })
    const counted = await post('add_counted', { name: 'Kit', _json: '1' })
    expect(await counted.json()).toMatchObject({ message: 'Kit is number 2' })
  })

  it('fills in who runs it, and asks nobody for that', async () => {
    await post('add_mine', { name: 'Tom', _actor_id: 'eve' }, { actor: ada })
    expect(await names()).toEqual(['Tom of ada'])
    const anonymous = await post('add_mine', { name: 'Kit', _actor_id: 'eve', _json: '1' })
    expect([anonymous.status, await names()]).toEqual([400, ['Tom of ada']])
  })

  it('asks for the right to what it does where it is not trusted', async () => {
    expect((await post('as_yourself', { name: 'a' })).status).toBe(403)
    const bob = await post('as_yourself', { name: 'b', _json: '1' }, { actor: { id: 'bob' } })
    expect(bob.status).toBe(403)
    expect(await names()).toEqual([])
    expect((await post('as_yourself', { name: 'c' }, { actor: ada })).status).toBe(302)
    expect(await names()).toEqual(['c'])
  })

  it('is only for those who may run it, and not for other sites', async () => {
    expect((await post('for_ada', { name: 'a' })).status).toBe(403)
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' }, actor: ada }
    expect((await post('for_ada', { name: 'a' }, foreign)).status).toBe(403)
    expect(await names()).toEqual([])
    expect((await post('for_ada', { name: 'a' }, { actor: ada })).status).toBe(302)
  })

  it('leaves a file that never changes alone', async () => {
    expect((await server.request('/old/add', { form: { name: 'a' } })).status).toBe(403)
    expect(await (await server.request('/old/add')).text()).toContain('this database cannot be changed')
  })
})

describe('the page of a query that writes', () => {
  it('has a form and runs nothing', async () => {
    const page = await (await server.request('/shop/add?name=Tom')).text()
    expect(page).toContain('<form class="form" method="post" action="/shop/add">')
    expect(page).toContain('name="name" value="Tom"')
    expect(await names()).toEqual([])
  })

  it('shows what runs with the rights of the reader, whoever would hide it', async () => {
    for (const path of ['/shop/as_yourself', '/shop/as_yourself?_hide_sql=1']) {
      const page = await (await server.request(path, { actor: ada })).text()
      expect(page).toMatch(/<code[^>]*>insert into cats/)
      expect(page).not.toContain('SQL</a>')
      expect(page).toContain('name="_checked" value="insert into cats (name) values (:name)"')
    }
  })

  it('runs only what it has shown', async () => {
    const form = { name: 'Tom', _checked: 'delete from cats' }
    const response = await post('as_yourself', form, { actor: ada })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/shop/as_yourself'])
    expect(said(response)).toMatchObject([
      { kind: 'error', text: expect.stringContaining('Nothing was run') },
    ])
    expect((await post('as_yourself', { ...form, _json: '1' }, { actor: ada })).status).toBe(409)
    expect(await names()).toEqual([])
    const shown = { name: 'Tom', _checked: 'insert into cats (name) values (:name)' }
    await post('as_yourself', shown, { actor: ada })
    expect(await names()).toEqual(['Tom'])
  })
})
