import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../auth/token-format.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../testing.ts'

const SQL = 'create table t (id integer primary key, x text); insert into t values (1, hex(zeroblob(300000)))'

let server: TestServer
let hash: string

beforeAll(async () => {
  server = await createTestServer({
    databases: { fixed: SQL, 'Größe "1"': SQL, gone: SQL, open: SQL, kept: SQL, closed: SQL },
    immutable: ['fixed', 'Größe "1"', 'gone', 'kept', 'closed'],
    cors: true,
    config: {
      databases: {
        kept: { permissions: { 'view-database-download': { id: 'ada' } } },
        closed: { allow: { id: 'ada' } },
      },
    },
  })
  const { databases } = (await (await server.request('/-/databases.json')).json()) as {
    databases: { name: string; hash: string }[]
  }
  hash = databases.find(({ name }) => name === 'fixed')?.hash ?? ''
})

afterAll(() => server.close())

const problem = async (path: string, request: TestRequest = {}) => {
  const response = await server.request(path, {
    ...request,
    headers: { accept: 'application/json', ...request.headers },
  })
  return [response.status, await response.text()]
}

describe('GET /:database.db', () => {
  it('sends the file of an immutable database as it is', async () => {
    const response = await server.request('/fixed.db')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="fixed.db"',
      etag: `"${hash}"`,
      vary: 'Authorization, Cookie',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    })
    const file = readFileSync(server.files['fixed'] ?? '')
    expect(response.headers.get('content-length')).toBe(String(file.length))
    expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true)
  })

  it('names the file so that no header ends early', async () => {
    const response = await server.request('/Gr~C3~B6~C3~9Fe+~221~22.db', { method: 'HEAD' })
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e _1_.db"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.db`,
    )
  })

  it('tells a client that has it already, and sends nothing', async () => {
    const headers = { 'if-none-match': `W/"other", "${hash}"` }
    const response = await server.request('/fixed.db', { headers })
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([
      304,
      '',
      `"${hash}"`,
    ])
    const other = await server.request('/fixed.db', { headers: { 'if-none-match': '"other"' } })
    expect(other.status).toBe(200)
    await other.body?.cancel()
  })

  it('answers HEAD with the same headers and without the file', async () => {
    const response = await server.request('/fixed.db', { method: 'HEAD' })
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([
      200,
      '',
      `"${hash}"`,
    ])
  })

  it('lets nobody keep for others what a reader got with a token', async () => {
    const token = signToken(server.signer, { a: 'ada', t: server.now() })
    const response = await server.request('/kept.db', { token })
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private'])
    await response.body?.cancel()
  })

  it.each([
    ['a file that may change', '/open.db', 403, 'Database download is forbidden'],
    ['a name that is none', '/nothing.db', 404, 'Invalid database'],
    ['a database whose download is for others', '/kept.db', 403, 'view-database-download'],
    ['a database that is for others', '/closed.db', 403, 'view-database-download'],
  ])('refuses %s', async (_what, path, status, word) => {
    const [got, text] = await problem(path)
    expect(got).toBe(status)
    expect(text).toContain(word)
  })

  it('asks for the permission before it tells whether there is such a database', async () => {
    const shut = await createTestServer({
      databases: { fixed: SQL },
      immutable: ['fixed'],
      defaultDeny: true,
    })
    const statuses = await Promise.all(
      ['/fixed.db', '/nothing.db', '/nothing/-/schema'].map(
        async (path) => (await shut.request(path)).status,
      ),
    )
    expect(statuses).toEqual([403, 403, 403])
    await shut.close()
  })

  it('refuses when the setting is off, and the memory database', async () => {
    const strict = await createTestServer({
      databases: { fixed: SQL },
      immutable: ['fixed'],
      config: { settings: { allow_download: false } },
    })
    const empty = await createTestServer()
    expect((await strict.request('/fixed.db')).status).toBe(403)
    expect(await (await strict.request('/fixed')).text()).not.toContain('fixed.db')
    const memory = await empty.request('/_memory.db')
    expect([memory.status, await memory.text()]).toEqual([
      404,
      expect.stringContaining('Cannot download in-memory databases') as string,
    ])
    await strict.close()
    await empty.close()
  })

  it('tells of a file that has gone without its path', async () => {
    rmSync(server.files['gone'] ?? '')
    const response = await server.request('/gone.db')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('tapedeck-test')
  })

  it('is offered on the page of the database to those who may have it', async () => {
    const link = async (path: string, request: TestRequest = {}) =>
      /href="([^"]*\.db)"/u.exec(await (await server.request(path, request)).text())?.[1]
    expect(await link('/fixed')).toBe('/fixed.db')
    expect(await link('/open')).toBeUndefined()
    expect(await link('/kept')).toBeUndefined()
    expect(await link('/kept', { actor: { id: 'ada' } })).toBe('/kept.db')
  })
})
