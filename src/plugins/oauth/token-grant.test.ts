import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TestServer } from '../../testing.ts'
import { actorOf, ALICE, jsonOf, obtainToken, registerApp, startProvider, type TestApp } from './test-app.ts'

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider()
  app = await registerApp(server)
})
afterEach(() => server.close())

const read = (path: string, token: string, address = '192.0.2.1') => server.request(path, { token, address })
const lastUse = async () => {
  const { rows } = await sql<{ at: number | null; address: string | null }>`
    select last_used_at as at, last_used_address as address from tapedeck_oauth_grants`.execute(server.store)
  return rows[0]
}

describe('T71: a token for a part of this server', () => {
  it('is good there and refused elsewhere', async () => {
    const resource = `${server.origin}/team/posts`
    const token = await obtainToken(server, app, { resource, scope: 'read' })
    expect((await read('/team/posts.json', token)).status).toBe(200)
    for (const path of ['/team.json', '/-/actor.json', '/team/postscript.json', '/']) {
      const refused = await read(path, token)
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('error="invalid_token"'),
      ])
    }
  })

  it.each(['read', 'full-access'])(
    'runs no SQL of its own at a table, whatever was given: %s',
    async (scope) => {
      const form = scope === 'full-access' ? { full_access: 'on' } : undefined
      const bound = await obtainToken(server, app, { resource: `${server.origin}/team/posts`, scope }, form)
      for (const condition of ['exists (select 1 from plans)', '1']) {
        const path = `/team/posts.json?_where=${encodeURIComponent(condition)}`
        expect((await read(path, bound)).status).toBe(403)
      }
      expect((await read('/team/posts.json?id=1', bound)).status).toBe(200)

      const wider = await obtainToken(server, app, { resource: `${server.origin}/team`, scope }, form)
      expect((await read('/team/posts.json?_where=1', wider)).status).toBe(200)
      expect((await read('/team/-/query.json?sql=select+1', wider)).status).toBe(200)
    },
  )

  it('is good everywhere when it names the server itself', async () => {
    const token = await obtainToken(server, app, { resource: server.origin })
    expect((await read('/-/actor.json', token)).status).toBe(200)
  })
})

describe('the last use of a grant', () => {
  it('is written at once, and then at most once a minute', async () => {
    const token = await obtainToken(server, app)
    expect(await lastUse()).toEqual({ at: null, address: null })
    const start = server.now()
    await read('/-/actor.json', token)
    await vi.waitFor(async () => expect(await lastUse()).toEqual({ at: start, address: '192.0.2.1' }))

    server.advance(59)
    await read('/-/actor.json', token, '192.0.2.2')
    server.advance(1)
    await read('/-/actor.json', token, '192.0.2.3')
    await vi.waitFor(async () => expect(await lastUse()).toEqual({ at: start + 60, address: '192.0.2.3' }))
  })

  it('is not what somebody does who looks at the token', async () => {
    const token = await obtainToken(server, app)
    const looked = await server.request('/-/token.json', { actor: ALICE, form: { token } })
    expect(JSON.stringify(await jsonOf(looked))).toContain('carol')
    expect(await lastUse()).toEqual({ at: null, address: null })
  })
})

describe('a token whose grant cannot be looked up', () => {
  it('is not accepted', async () => {
    const token = await obtainToken(server, app)
    await sql`alter table tapedeck_oauth_grants rename to gone`.execute(server.store)
    expect((await actorOf(server, token)).status).toBe(500)
    await sql`alter table gone rename to tapedeck_oauth_grants`.execute(server.store)
    expect((await actorOf(server, token)).status).toBe(200)
  })
})
