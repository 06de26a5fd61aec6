import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  actorOf,
  ALICE,
  approveDevice,
  decideOn,
  authorizePath,
  enterCode,
  jsonOf,
  obtainCode,
  obtainPair,
  pairOf,
  poll,
  redeem,
  refresh,
  registerApp,
  requestDevice,
  startDeviceProvider,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

const DAY = 86_400
const TTL = 600

let server: TestServer
let app: TestApp
beforeEach(async () => {
  server = await startProvider({ access_token_ttl: TTL })
  app = await registerApp(server)
})
afterEach(() => server.close())

const errorOf = async (response: Response) => [response.status, (await jsonOf(response))['error']]
const INVALID_GRANT = [400, 'invalid_grant']
const statusOf = async (token: string) => (await actorOf(server, token)).status
const events = async () => {
  const { rows } = await sql<{ event: string }>`select event from tapedeck_oauth_audit`.execute(server.store)
  return rows.map(({ event }) => event)
}

describe('a refresh token', () => {
  it('comes with a token that expires, for an app that asked for it', async () => {
    const asking = { scope: 'view-instance offline_access' }
    const answer = await jsonOf(await redeem(server, app, await obtainCode(server, app, asking)))
    expect(answer).toMatchObject({ expires_in: TTL, scope: 'view-instance' })
    expect(answer['refresh_token']).toMatch(/^dsrt_/u)
    const json = { scope: '[["view-instance"],["offline_access"]]' }
    const other = await jsonOf(await redeem(server, app, await obtainCode(server, app, json)))
    expect(other['refresh_token']).toMatch(/^dsrt_/u)
  })

  it.each([
    ['was not asked for', { access_token_ttl: TTL }, 'view-instance'],
    ['would outlast nothing', {}, 'view-instance offline_access'],
  ])('does not come when it %s', async (_why, config, scope) => {
    const other = await startProvider(config)
    const otherApp = await registerApp(other)
    const code = await obtainCode(other, otherApp, { scope })
    expect(await jsonOf(await redeem(other, otherApp, code))).not.toHaveProperty('refresh_token')
    await other.close()
  })

  it('T34: is not in the database in a form that could be used', async () => {
    const { refresh: first } = await obtainPair(server, app)
    const { refresh: second } = await pairOf(await refresh(server, app, first))
    const { rows } = await sql`select * from tapedeck_oauth_grants`.execute(server.store)
    const text = JSON.stringify(rows)
    for (const token of [first, second]) {
      const payload: unknown = server.signer.verify(token.slice('dsrt_'.length), 'tapedeck-oauth-refresh')
      const secret = /[0-9a-f]{64}/u.exec(JSON.stringify(payload))?.[0] ?? ''
      expect(secret).toHaveLength(64)
      expect([text.includes(token), text.includes(secret)]).toEqual([false, false])
    }
  })

  it('T100: of a public client is replaced at each use, and an old one ends everything after the grace', async () => {
    const spa = await registerApp(server, 'public')
    const pair = await obtainPair(server, spa)
    const next = await pairOf(await refresh(server, spa, pair.refresh))
    expect(next.refresh).toMatch(/^dsrt_/u)
    expect(next.refresh).not.toBe(pair.refresh)
    server.advance(31)
    expect(await statusOf(next.access)).toBe(200)
    expect(await errorOf(await refresh(server, spa, pair.refresh))).toEqual(INVALID_GRANT)
    expect([await statusOf(pair.access), await statusOf(next.access)]).toEqual([401, 401])
    expect(await errorOf(await refresh(server, spa, next.refresh))).toEqual(INVALID_GRANT)
    expect(await events()).toContain('token.reuse_detected')
  })

  it('T101: gets the same pair again within the grace, whatever the process', async () => {
    const { refresh: first } = await obtainPair(server, app)
    const answer = await jsonOf(await refresh(server, app, first))
    server.advance(30)
    const again = await jsonOf(await refresh(server, app, first))
    expect(again).toEqual({ ...answer, expires_in: TTL - 30 })
    expect((await events()).filter((event) => event === 'token.refreshed')).toHaveLength(1)
  })

  it('T101: of two generations ago ends the family, however soon it comes', async () => {
    const { refresh: first } = await obtainPair(server, app)
    const second = await pairOf(await refresh(server, app, first))
    const third = await pairOf(await refresh(server, app, second.refresh))
    expect(await errorOf(await refresh(server, app, first))).toEqual(INVALID_GRANT)
    expect(await errorOf(await refresh(server, app, third.refresh))).toEqual(INVALID_GRANT)
    expect(await statusOf(third.access)).toBe(401)
  })

  it('T102: used 20 times at once gives one successor', async () => {
    const { refresh: first } = await obtainPair(server, app)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server, app, first)))
    const pairs = await Promise.all(answers.map(pairOf))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(pairs.map(({ access, refresh: token }) => `${access} ${token}`)).size).toBe(1)
    expect((await events()).filter((event) => event === 'token.refreshed')).toHaveLength(1)
  })

  it('has no grace where the site gives none', async () => {
    const strict = await startProvider({ access_token_ttl: TTL, refresh_token_grace: 0 })
    const strictApp = await registerApp(strict)
    const { refresh: first } = await obtainPair(strict, strictApp)
    await refresh(strict, strictApp, first)
    strict.advance(1)
    expect(await errorOf(await refresh(strict, strictApp, first))).toEqual(INVALID_GRANT)
    await strict.close()
  })

  it('makes a new access token for a late answer when the first has expired already', async () => {
    const hasty = await startProvider({ access_token_ttl: 5 })
    const hastyApp = await registerApp(hasty)
    const { refresh: first } = await obtainPair(hasty, hastyApp)
    const pair = await pairOf(await refresh(hasty, hastyApp, first))
    hasty.advance(20)
    const again = await jsonOf(await refresh(hasty, hastyApp, first))
    expect(again).toMatchObject({ refresh_token: pair.refresh, expires_in: 5 })
    expect((await actorOf(hasty, String(again['access_token']))).status).toBe(200)
    await hasty.close()
  })

  it('T32: of another client is refused, and stays good for its own', async () => {
    const other = await registerApp(server)
    const { refresh: token } = await obtainPair(server, app)
    expect(await errorOf(await refresh(server, other, token))).toEqual(INVALID_GRANT)
    await refresh(server, app, token)
    server.advance(31)
    expect(await errorOf(await refresh(server, other, token))).toEqual(INVALID_GRANT)
    expect(await events()).not.toContain('token.reuse_detected')
  })

  it.each([
    ['nothing', null, [400, 'invalid_request']],
    ['other text', 'dsrt_x', INVALID_GRANT],
    ['no prefix', 'x', INVALID_GRANT],
  ])('is not %s', async (_what, token, answer) => {
    expect(await errorOf(await refresh(server, app, '', { refresh_token: token }))).toEqual(answer)
  })

  it('of a known grant cannot be made up, and what was made up ends nothing', async () => {
    const { access, refresh: token } = await obtainPair(server, app)
    const forged = `${token.slice(0, -3)}${token.endsWith('AAA') ? 'BBB' : 'AAA'}`
    expect(await errorOf(await refresh(server, app, forged))).toEqual(INVALID_GRANT)
    expect(await errorOf(await refresh(server, app, access))).toEqual(INVALID_GRANT)
    expect(await statusOf(access)).toBe(200)
    expect((await refresh(server, app, token)).status).toBe(200)
  })

  it('is no access token', async () => {
    const { refresh: token } = await obtainPair(server, app)
    expect((await actorOf(server, token)).actor).toBeNull()
  })
})

describe('how long refreshing lasts', () => {
  it('T103: ends 30 days after the last use', async () => {
    const { refresh: first } = await obtainPair(server, app)
    server.advance(30 * DAY - 1)
    const { refresh: second } = await pairOf(await refresh(server, app, first))
    server.advance(30 * DAY - 1)
    const { refresh: third } = await pairOf(await refresh(server, app, second))
    server.advance(30 * DAY)
    expect(await errorOf(await refresh(server, app, third))).toEqual(INVALID_GRANT)
  })

  it('T103: ends after a year however it is used, and no access token lasts longer', async () => {
    let { refresh: token } = await obtainPair(server, app)
    for (let month = 0; month < 12; month += 1) {
      server.advance(29 * DAY)
      ;({ refresh: token } = await pairOf(await refresh(server, app, token)))
    }
    server.advance(17 * DAY - 100)
    const last = await jsonOf(await refresh(server, app, token))
    expect(last['expires_in']).toBe(100)
    server.advance(100)
    expect(await errorOf(await refresh(server, app, String(last['refresh_token'])))).toEqual(INVALID_GRANT)
    server.advance(1)
    expect(await statusOf(String(last['access_token']))).toBe(401)
  })

  it('is what the site says', async () => {
    const short = await startProvider({ access_token_ttl: 60, refresh_token_ttl: 120 })
    const shortApp = await registerApp(short)
    const { refresh: token } = await obtainPair(short, shortApp)
    short.advance(120)
    expect(await errorOf(await refresh(short, shortApp, token))).toEqual(INVALID_GRANT)
    await short.close()
  })

  it('is what the consent page says', async () => {
    const page = await server.request(authorizePath(app, { scope: 'read offline_access' }), {
      actor: { id: 'carol' },
      headers: { accept: 'text/html' },
    })
    expect(await page.text()).toContain('and ends sooner when the app has not used it for <strong>30 days')
  })
})

describe('T31: the scope of a refresh', () => {
  const narrowed = async (scope: string | null) => {
    const { refresh: token } = await obtainPair(server, app)
    return jsonOf(await refresh(server, app, token, { scope }))
  }

  it.each([null, '', 'offline_access', 'openid offline_access', '[["offline_access"]]'])(
    'is all that was granted for %j',
    async (scope) => {
      expect((await narrowed(scope))['scope']).toBe('view-instance view-table:team/posts')
    },
  )

  it('can be a part of what was granted, and the next one can be all of it again', async () => {
    const { refresh: first } = await obtainPair(server, app, {
      scope: 'view-instance read:team offline_access',
    })
    const answer = await jsonOf(await refresh(server, app, first, { scope: 'view-table:team/posts' }))
    expect(answer['scope']).toBe('view-table:team/posts')
    const token = String(answer['access_token'])
    expect((await actorOf(server, token)).actor).toMatchObject({ _r: { r: { team: { posts: ['vt'] } } } })
    const next = await jsonOf(await refresh(server, app, String(answer['refresh_token'])))
    expect(next['datasette_scopes']).toContainEqual(['view-table', 'team'])
  })

  it.each([
    'view-table:team',
    'view-table:team/plans',
    'view-table',
    'insert-row:team/posts',
    'read',
    'full-access',
    'fly',
    '[]',
    '[[]]',
    '["view-instance"]',
  ])('cannot be %s, and the attempt costs nobody the token', async (scope) => {
    const { refresh: token } = await obtainPair(server, app)
    expect(await errorOf(await refresh(server, app, token, { scope }))).toEqual([400, 'invalid_scope'])
    server.advance(60)
    expect((await refresh(server, app, token)).status).toBe(200)
  })

  it('cannot be what the person has unticked', async () => {
    const path = authorizePath(app, { scope: 'view-instance view-table:team/posts offline_access' })
    const decided = await decideOn(server, path, { scope_0: 'on' })
    const code = new URL(decided.headers.get('location') ?? '').searchParams.get('code') ?? ''
    const { refresh: token } = await pairOf(await redeem(server, app, code))
    const scope = 'view-table:team/posts'
    expect(await errorOf(await refresh(server, app, token, { scope }))).toEqual([400, 'invalid_scope'])
  })
})

describe('T70: the resource of a refresh', () => {
  it('must be the one of the grant, and a wrong one costs nobody the token', async () => {
    const resource = `${server.origin}/team`
    const { refresh: token } = await obtainPair(server, app, { resource })
    for (const wrong of [`${server.origin}/other`, server.origin, 'https://else.example/'])
      expect(await errorOf(await refresh(server, app, token, { resource: wrong }))).toEqual([
        400,
        'invalid_target',
      ])
    server.advance(60)
    expect((await refresh(server, app, token, { resource })).status).toBe(200)
  })
})

describe('what ends a grant ends refreshing', () => {
  it('T105: its client is deleted', async () => {
    const pair = await obtainPair(server, app)
    await server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect(await statusOf(pair.access)).toBe(401)
    expect(await errorOf(await refresh(server, app, pair.refresh))).toEqual([401, 'invalid_client'])
  })

  it('T20: its code is used again', async () => {
    const code = await obtainCode(server, app, { scope: 'view-instance offline_access' })
    const pair = await pairOf(await redeem(server, app, code))
    expect(await errorOf(await redeem(server, app, code))).toEqual(INVALID_GRANT)
    expect(await errorOf(await refresh(server, app, pair.refresh))).toEqual(INVALID_GRANT)
  })
})

describe('a device that refreshes', () => {
  let devices: TestServer
  beforeEach(async () => {
    devices = await startDeviceProvider({ access_token_ttl: TTL })
  })
  afterEach(() => devices.close())

  const anonymous = { clientId: '', secret: null, redirectUri: '' }
  const refreshDevice = (token: string) => refresh(devices, anonymous, token, { client_id: null })

  it('lasts as long as its person chose, in short access tokens', async () => {
    const codes = await requestDevice(devices, { scope: 'view-instance offline_access' })
    expect(await (await enterCode(devices, codes.userCode)).text()).toContain('30 days')
    await approveDevice(devices, codes, { scope_0: 'on', token_ttl_seconds: '3600' })
    const answer = await jsonOf(await poll(devices, codes))
    expect(answer['expires_in']).toBe(TTL)
    devices.advance(3500)
    const last = await jsonOf(await refreshDevice(String(answer['refresh_token'])))
    expect(last['expires_in']).toBe(100)
    devices.advance(100)
    expect(await errorOf(await refreshDevice(String(last['refresh_token'])))).toEqual(INVALID_GRANT)
  })

  it.each([
    ['its first token lasts as long', 'view-instance offline_access', '900'],
    ['it did not ask', 'view-instance', '900'],
  ])('gets no refresh token where %s', async (_why, scope, seconds) => {
    const long = await startDeviceProvider({ access_token_ttl: 900 })
    const codes = await requestDevice(long, { scope })
    await approveDevice(long, codes, { scope_0: 'on', token_ttl_seconds: seconds })
    const answer = await jsonOf(await poll(long, codes))
    expect(answer).toMatchObject({ expires_in: 900 })
    expect(answer).not.toHaveProperty('refresh_token')
    await long.close()
  })
})
