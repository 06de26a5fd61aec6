import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  actorOf,
  approveDevice,
  jsonOf,
  obtainPair,
  obtainToken,
  pairOf,
  poll,
  refresh,
  registerApp,
  requestDevice,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider({ access_token_ttl: 600, enable_device_flow: true })
  app = await registerApp(server)
})
afterEach(() => server.close())

const revoke = (
  by: TestApp,
  token: string | null,
  fields: Readonly<Record<string, string | null>> = {},
  headers: Readonly<Record<string, string>> = {},
) => {
  const all = { client_id: by.clientId, client_secret: by.secret, token, ...fields }
  const form = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  return server.request('/-/oauth/revoke', { form: new URLSearchParams(form), headers })
}
const statusOf = async (token: string) => (await actorOf(server, token)).status
const refreshStatus = async (by: TestApp, token: string) => (await refresh(server, by, token)).status
const revocations = async () => {
  const { rows } = await sql<{ actor_id: string; client_id: string; address: string }>`
    select actor_id, client_id, address from tapedeck_oauth_audit where event = 'token.revoked'`.execute(
    server.store,
  )
  return rows
}

describe('POST /-/oauth/revoke', () => {
  it('T88, T91: ends the grant by its access token, the refresh token too', async () => {
    const { access, refresh: token } = await obtainPair(server, app)
    const answer = await revoke(app, access)
    expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([
      200,
      '',
      'no-store',
    ])
    expect([await statusOf(access), await refreshStatus(app, token)]).toEqual([401, 400])
    expect(await revocations()).toEqual([
      { actor_id: '"carol"', client_id: app.clientId, address: '127.0.0.1' },
    ])
  })

  it('T88, T91: ends the grant by its refresh token, every access token too', async () => {
    const first = await obtainPair(server, app)
    const second = await pairOf(await refresh(server, app, first.refresh))
    await revoke(app, second.refresh)
    expect([await statusOf(first.access), await statusOf(second.access)]).toEqual([401, 401])
    expect(await refreshStatus(app, second.refresh)).toBe(400)
  })

  it('T101: leaves no grace to a token that was revoked', async () => {
    const { refresh: first } = await obtainPair(server, app)
    await refresh(server, app, first)
    await revoke(app, first)
    expect(await refreshStatus(app, first)).toBe(400)
  })

  it('ends the grant of a token that was replaced long ago', async () => {
    const first = await obtainPair(server, app)
    const second = await pairOf(await refresh(server, app, first.refresh))
    server.advance(500)
    await revoke(app, first.refresh)
    expect(await statusOf(second.access)).toBe(401)
  })

  it('leaves other grants of the same person and client alone', async () => {
    const [one, other] = [await obtainPair(server, app), await obtainPair(server, app)]
    await revoke(app, one.refresh)
    expect([await statusOf(one.access), await statusOf(other.access)]).toEqual([401, 200])
  })

  it('T89: has no effect on the tokens of another client', async () => {
    const { access, refresh: token } = await obtainPair(server, app)
    const others = [await registerApp(server), await registerApp(server, 'public')]
    for (const other of others) {
      for (const theirs of [access, token]) expect((await revoke(other, theirs)).status).toBe(200)
    }
    expect([await statusOf(access), await refreshStatus(app, token)]).toEqual([200, 200])
    expect(await revocations()).toEqual([])
  })

  it('T90: answers 200 for what is no token, and does not care for the hint', async () => {
    const { access } = await obtainPair(server, app)
    for (const text of ['nothing', 'dstok_x', 'dsrt_x', server.signer.sign({ a: 'carol', t: 1 }, 'token')])
      expect((await revoke(app, text)).status).toBe(200)
    expect(await statusOf(access)).toBe(200)
    expect((await revoke(app, access, { token_type_hint: 'refresh_token' })).status).toBe(200)
    expect(await statusOf(access)).toBe(401)
  })

  it('has no effect for an access token that has expired', async () => {
    const first = await obtainPair(server, app)
    server.advance(601)
    await revoke(app, first.access)
    expect(await refreshStatus(app, first.refresh)).toBe(200)
  })

  it('is the same for a grant that has ended already', async () => {
    const { access } = await obtainPair(server, app)
    const answers = [await revoke(app, access), await revoke(app, access)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await revocations()).toHaveLength(1)
  })

  it('T92: takes a public client by its name alone, and a confidential one only with its secret', async () => {
    const spa = await registerApp(server, 'public')
    const pair = await obtainPair(server, spa)
    expect((await revoke(spa, pair.access)).status).toBe(200)
    expect(await statusOf(pair.access)).toBe(401)

    const { access } = await obtainPair(server, app)
    for (const secret of [null, 'wrong']) {
      const answer = await revoke(app, access, { client_secret: secret })
      expect([answer.status, (await jsonOf(answer))['error']]).toEqual([401, 'invalid_client'])
    }
    expect(await statusOf(access)).toBe(200)
  })

  it('lets a device that named no client give back what it has', async () => {
    const codes = await requestDevice(server, { scope: 'view-instance offline_access' })
    await approveDevice(server, codes, { scope_0: 'on', token_ttl_seconds: '3600' })
    const { access } = await pairOf(await poll(server, codes))
    const nobody = { clientId: '', secret: null, redirectUri: '' }
    expect((await revoke(nobody, access, { client_id: null })).status).toBe(200)
    expect(await statusOf(access)).toBe(401)
  })

  it('tells nobody which documents are known here', async () => {
    const nobody = { clientId: 'https://unknown.example/client.json', secret: null, redirectUri: '' }
    expect((await revoke(nobody, 'dsort_x')).status).toBe(200)
    expect((await revoke(nobody, null)).status).toBe(400)
    expect((await revoke(nobody, 'dsort_x', { client_secret: 'x' })).status).toBe(401)
  })

  it('says what is wrong with a request', async () => {
    const missing = await revoke(app, null)
    expect([missing.status, await jsonOf(missing)]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'The parameter token is missing' },
    ])
    const json = await server.request('/-/oauth/revoke', { json: { token: 'x' } })
    expect([json.status, (await jsonOf(json))['error']]).toEqual([400, 'invalid_request'])
    expect((await server.request('/-/oauth/revoke')).status).toBe(405)
  })

  it('T66: can be called by pages of any site, without cookies', async () => {
    const preflight = await server.request('/-/oauth/revoke', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    const spa = await registerApp(server, 'public')
    const pair = await obtainPair(server, spa)
    const headers = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    const answer = await revoke(spa, pair.access, {}, headers)
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  })

  it('T109: leaves no token in the log', async () => {
    const { access, refresh: token } = await obtainPair(server, app)
    await revoke(app, access)
    await refresh(server, app, token)
    expect(server.log()).not.toContain(access)
    expect(server.log()).not.toContain(token)
  })

  it('ends a token that does not expire', async () => {
    const plain = await startProvider()
    const plainApp = await registerApp(plain)
    const token = await obtainToken(plain, plainApp)
    const form = { client_id: plainApp.clientId, client_secret: plainApp.secret ?? '', token }
    await plain.request('/-/oauth/revoke', { form })
    expect((await actorOf(plain, token)).status).toBe(401)
    await plain.close()
  })
})
