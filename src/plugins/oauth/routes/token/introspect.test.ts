import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TestServer } from '../../../../testing.ts'
import {
  ALICE,
  authorizePath,
  BROWSER,
  CAROL,
  decideOn,
  jsonOf,
  locationOf,
  obtainPair,
  pairOf,
  redeem,
  refresh,
  registerApp,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider({ access_token_ttl: 600 })
  app = await registerApp(server)
})
afterEach(() => server.close())

const ask = (by: TestApp, token: string | null, fields: Readonly<Record<string, string | null>> = {}) => {
  const all = { client_id: by.clientId, client_secret: by.secret, token, ...fields }
  const form = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  return server.request('/-/oauth/introspect', { form: new URLSearchParams(form) })
}
const told = async (by: TestApp, token: string) => jsonOf(await ask(by, token))
const INACTIVE = { active: false }

describe('T93: POST /-/oauth/introspect', () => {
  it('tells a client of its access token', async () => {
    const { access } = await obtainPair(server, app)
    const answer = await ask(app, access)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await jsonOf(answer)).toEqual({
      active: true,
      scope: 'view-instance view-table:team/posts',
      datasette_scopes: [['view-instance'], ['view-table', 'team', 'posts']],
      client_id: app.clientId,
      sub: 'carol',
      token_type: 'bearer',
      exp: server.now() + 600,
      iat: server.now(),
      aud: server.origin,
      iss: server.origin,
    })
  })

  it('tells what a narrowed token may do, and what it is bound to', async () => {
    const resource = `${server.origin}/team`
    const { refresh: token } = await obtainPair(server, app, { resource })
    const { access } = await pairOf(await refresh(server, app, token, { scope: 'view-instance' }))
    expect(await told(app, access)).toMatchObject({ scope: 'view-instance', aud: resource })
  })

  it('tells what is left once something was taken back', async () => {
    const { access, refresh: token } = await obtainPair(server, app)
    const { grants } = await jsonOf(await server.request('/-/oauth/apps.json', { actor: CAROL }))
    const [grant] = z.tuple([z.object({ grant_id: z.string() })]).parse(grants)
    const request = { actor: CAROL, headers: BROWSER, form: { do: 'narrow', keep: '["view-instance"]' } }
    const narrowed = await server.request(`/-/oauth/apps/${grant.grant_id}`, request)
    expect(narrowed.status).toBe(303)
    const left = { active: true, scope: 'view-instance', datasette_scopes: [['view-instance']] }
    expect(await told(app, access)).toMatchObject(left)
    expect(await told(app, token)).toMatchObject(left)
  })

  it('tells of a refresh token', async () => {
    const { refresh: token } = await obtainPair(server, app)
    expect(await told(app, token)).toEqual({
      active: true,
      scope: 'view-instance view-table:team/posts',
      datasette_scopes: [['view-instance'], ['view-table', 'team', 'posts']],
      client_id: app.clientId,
      sub: 'carol',
      exp: server.now() + 2_592_000,
      aud: server.origin,
      iss: server.origin,
    })
  })

  it('names full access', async () => {
    const path = authorizePath(app, { scope: 'full-access offline_access' })
    const code = locationOf(await decideOn(server, path, { full_access: 'on' })).searchParams.get('code')
    const { access, refresh: token } = await pairOf(await redeem(server, app, code ?? ''))
    const full = { active: true, scope: 'full-access', datasette_scopes: [['full-access']] }
    expect(await told(app, access)).toMatchObject(full)
    const part = await pairOf(await refresh(server, app, token, { scope: 'read:team' }))
    expect(await told(app, part.access)).toMatchObject({
      scope: 'view-database:team view-table:team view-query:team execute-sql:team',
    })
  })

  it('says of a used, expired, ended, foreign or unknown token only that it is not active', async () => {
    const first = await obtainPair(server, app)
    const second = await pairOf(await refresh(server, app, first.refresh))
    expect(await told(app, first.refresh)).toEqual(INACTIVE)
    const other = await registerApp(server)
    for (const token of [second.access, second.refresh]) expect(await told(other, token)).toEqual(INACTIVE)
    const handmade = `dstok_${server.signer.sign({ a: 'carol', t: server.now() }, 'token')}`
    for (const token of ['nothing', 'dstok_x', 'dsrt_x', handmade, `${second.access}x`])
      expect(await told(app, token)).toEqual(INACTIVE)

    server.advance(601)
    expect(await told(app, second.access)).toEqual(INACTIVE)
    const third = await pairOf(await refresh(server, app, second.refresh))
    await server.request(`/-/oauth/revoke`, {
      form: { client_id: app.clientId, client_secret: app.secret ?? '', token: third.access },
    })
    for (const token of [third.access, third.refresh]) expect(await told(app, token)).toEqual(INACTIVE)
    const last = await obtainPair(server, app)
    server.advance(2_592_000)
    expect(await told(app, last.refresh)).toEqual(INACTIVE)
  })

  it('answers nobody without a secret', async () => {
    const { access } = await obtainPair(server, app)
    const spa = await registerApp(server, 'public')
    for (const [by, fields] of [
      [app, { client_id: null, client_secret: null }],
      [app, { client_secret: null }],
      [app, { client_secret: 'wrong' }],
      [spa, {}],
    ] as const) {
      const answer = await ask(by, access, fields)
      expect([answer.status, (await jsonOf(answer))['error']]).toEqual([401, 'invalid_client'])
    }
    const missing = await ask(app, null)
    expect([missing.status, (await jsonOf(missing))['error']]).toEqual([400, 'invalid_request'])
  })

  it('does not answer pages of other sites', async () => {
    const preflight = await server.request('/-/oauth/introspect', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('knows at once that the client was deleted', async () => {
    const { access } = await obtainPair(server, app)
    await server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect((await ask(app, access)).status).toBe(401)
  })
})
