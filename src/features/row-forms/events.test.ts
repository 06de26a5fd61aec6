import { afterAll, beforeAll, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestServer } from '../../testing.ts'
import { createListener } from '../../../test/support/listener.ts'

const { plugin: listener, heard } = createListener()

let server: TestServer

beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `create table logs (id integer primary key, line text unique); insert into logs values (1, 'one');
        create table other (id integer primary key)`,
    },
    plugins: [listener],
    config: {
      permissions: {
        'insert-row': { id: 'anna' },
        'update-row': { id: 'anna' },
        'delete-row': { id: 'anna' },
      },
    },
  })
})
afterAll(() => server.close())

const post = async (path: string, form: Readonly<Record<string, string>>) => {
  const { status } = await server.request(`/shop/${path}`, { actor: { id: 'anna' }, form })
  await server.settle()
  return status
}

it('tells of what was done by hand as of what the JSON API does, and of nothing else', async () => {
  expect(await post('logs/-/insert-row', { 'value.line': 'one', 'instead.id': 'filled as shown' })).toBe(400)
  expect(await post('logs/-/insert-rows', { rows: 'id,line\n7,seven', step: 'preview' })).toBe(200)
  expect(heard).toEqual([])

  await post('logs/-/insert-row', { 'value.line': 'two', 'instead.id': 'filled as shown' })
  await post('logs/-/insert-rows', { rows: 'id,line\n7,seven\n8,eight', step: 'insert' })
  await post('logs/2/-/edit-row', { 'value.line': 'second' })
  await post('logs/1/-/delete-row', { confirm: 'yes' })
  const place = { database: 'shop', table: 'logs' }
  expect(heard.map(({ actor: _actor, created: _created, ...rest }) => rest)).toEqual([
    { name: 'insert-rows', ...place, num_rows: 1, ignore: false, replace: false },
    { name: 'insert-rows', ...place, num_rows: 2, ignore: false, replace: false },
    { name: 'update-row', ...place, pks: ['2'] },
    { name: 'delete-row', ...place, pks: ['1'] },
  ])
})

it('is closed to a token for something else', async () => {
  const restrictions = { r: { shop: { logs: ['ir', 'vt'] } } }
  const token = signToken(server.signer, { a: 'anna', t: server.now(), _r: restrictions })
  const send = async (path: string) =>
    (await server.request(`/shop/${path}`, { token, form: { 'value.line': 'x', confirm: 'yes' } })).status
  expect(await send('logs/-/insert-row')).toBe(303)
  expect(await send('other/-/insert-row')).toBe(403)
  expect(await send('logs/2/-/edit-row')).toBe(403)
  expect(await send('logs/2/-/delete-row')).toBe(403)
  const replaced = await server.request('/shop/logs/-/insert-rows', {
    token,
    form: { rows: 'id,line\n2,stolen', step: 'insert', on_conflict: 'replace' },
  })
  expect(replaced.status).toBe(400)
})
