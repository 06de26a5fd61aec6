import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import type { OAuthTables } from '../../storage/tables.ts'
import {
  actorOf,
  ALICE,
  approveDevice,
  decideDevice,
  enterCode,
  jsonOf,
  poll,
  pollOutcome,
  registerApp,
  requestDevice,
  startDeviceProvider,
  type DeviceCodes,
} from '../../test-app.ts'

let server: TestServer
beforeAll(async () => {
  server = await startDeviceProvider()
})
afterAll(() => server.close())

const pageOf = async (codes: DeviceCodes) => (await enterCode(server, codes.userCode)).text()

describe('the device flow', () => {
  it('ends with a token that does what was ticked, for as long as was chosen', async () => {
    const codes = await requestDevice(server)
    const form = { scope_1: 'on', token_ttl_seconds: '28800' }
    expect(await (await approveDevice(server, codes, form)).text()).toContain(
      'Device authorized successfully',
    )

    const answer = await poll(server, codes)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const token = await jsonOf(answer)
    expect(token).toEqual({
      access_token: expect.stringMatching(/^dstok_/u),
      token_type: 'bearer',
      expires_in: 28_800,
      scope: 'insert-row:team/posts',
      datasette_scopes: [['insert-row', 'team', 'posts']],
    })
    expect(await actorOf(server, String(token['access_token']))).toEqual({
      status: 200,
      actor: {
        id: 'carol',
        token: 'dstok',
        _r: { r: { team: { posts: ['ir'] } } },
        token_expires: server.now() + 28_800,
      },
    })
  })

  it('gives full access only when it was asked for, without restrictions, and for a time', async () => {
    const codes = await requestDevice(server, {})
    await approveDevice(server, codes, { full_access: 'on', token_ttl_seconds: '900' })
    const token = await jsonOf(await poll(server, codes))
    expect(token).toMatchObject({ scope: 'full-access', expires_in: 900 })
    const { actor } = await actorOf(server, String(token['access_token']))
    expect(actor).toEqual({ id: 'carol', token: 'dstok', token_expires: server.now() + 900 })
  })

  it('ends the token with its time', async () => {
    const own = await startDeviceProvider()
    const codes = await requestDevice(own)
    await approveDevice(own, codes, { scope_0: 'on', token_ttl_seconds: '900' })
    const token = String((await jsonOf(await poll(own, codes)))['access_token'])
    own.advance(900)
    expect((await actorOf(own, token)).status).toBe(200)
    own.advance(1)
    expect((await actorOf(own, token)).status).toBe(401)
    await own.close()
  })

  it('carries what is known of the person, so that rules on roles go on matching', async () => {
    const actor = { id: 42, role: 'editor' }
    const codes = await requestDevice(server)
    const page = await (await enterCode(server, codes.userCode, { actor })).text()
    await decideDevice(server, page, undefined, { actor })
    const token = String((await jsonOf(await poll(server, codes)))['access_token'])
    expect((await actorOf(server, token)).actor).toMatchObject({ id: 42, role: 'editor' })
  })

  it('gives nothing when nothing is ticked, or Deny is pressed beside ticks', async () => {
    for (const form of [{ token_ttl_seconds: '3600' }, { scope_0: 'on', deny: 'Deny' }]) {
      const codes = await requestDevice(server)
      expect(await (await approveDevice(server, codes, form)).text()).toContain('Authorization denied')
      expect(await pollOutcome(server, codes)).toBe('access_denied')
    }
    const full = await requestDevice(server, {})
    await approveDevice(server, full, { full_access: 'on', deny: 'Deny' })
    expect(await pollOutcome(server, full)).toBe('access_denied')
  })

  it('asks again after a lifetime that was not offered, and gives nothing yet', async () => {
    for (const lifetime of ['1', '2592001', '-1', 'forever', '']) {
      const codes = await requestDevice(server)
      const answer = await approveDevice(server, codes, { scope_0: 'on', token_ttl_seconds: lifetime })
      const page = await answer.text()
      expect(page).toContain('Invalid token time limit')
      expect(await pollOutcome(server, codes)).toBe('authorization_pending')
      await decideDevice(server, page, { scope_0: 'on', token_ttl_seconds: '900' })
      expect(await pollOutcome(server, codes)).toBe('token')
    }
  })

  it('never gives more than the page offered, whatever is posted beside its ticket', async () => {
    const codes = await requestDevice(server, { scope: '[["view-instance"],["drop-table","team","posts"]]' })
    await approveDevice(server, codes, {
      scope_0: 'on',
      scope_1: 'on',
      scope_2: 'on',
      full_access: 'on',
      scope: 'full-access',
      client_id: 'f'.repeat(32),
      token_ttl_seconds: '900',
    })
    const token = await jsonOf(await poll(server, codes))
    expect(token['datasette_scopes']).toEqual([['view-instance']])
  })
})

describe('polling', () => {
  it('T77: slows down a device that polls clearly too fast, by 5 seconds each time', async () => {
    const own = await startDeviceProvider()
    const codes = await requestDevice(own)
    const after = (seconds: number) => {
      own.advance(seconds)
      return pollOutcome(own, codes)
    }
    expect(await after(0)).toBe('authorization_pending')
    for (let polls = 0; polls < 20; polls += 1) expect(await after(5)).toBe('authorization_pending')
    expect(await after(4)).toBe('authorization_pending')
    expect(await after(1)).toBe('slow_down')
    expect(await after(5)).toBe('slow_down')
    expect(await after(15)).toBe('authorization_pending')
    expect(await after(13)).toBe('slow_down')
    expect(await after(20)).toBe('authorization_pending')
    await approveDevice(own, codes)
    expect(await after(0)).toBe('token')
    await own.close()
  })

  it('knows no code that it did not give', async () => {
    expect(await pollOutcome(server, { deviceCode: 'f'.repeat(64), userCode: '' })).toBe('invalid_grant')
  })

  it('T77: slows down all but one of many polls at once', async () => {
    const codes = await requestDevice(server)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => pollOutcome(server, codes)))
    expect(outcomes.filter((outcome) => outcome === 'authorization_pending')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'slow_down')).toHaveLength(9)
  })

  it('T78: tells what came of the request', async () => {
    const own = await startDeviceProvider()
    const [waiting, denied, approved, used] = [
      await requestDevice(own),
      await requestDevice(own),
      await requestDevice(own),
      await requestDevice(own),
    ]
    await approveDevice(own, denied, { deny: 'Deny' })
    await approveDevice(own, approved)
    await approveDevice(own, used)
    expect(await pollOutcome(own, used)).toBe('token')
    expect(await pollOutcome(own, used)).toBe('invalid_grant')
    own.advance(900)
    expect(await pollOutcome(own, waiting)).toBe('expired_token')
    expect(await pollOutcome(own, denied)).toBe('access_denied')
    expect(await pollOutcome(own, approved)).toBe('expired_token')
    expect(await pollOutcome(own, used)).toBe('invalid_grant')
    await own.close()
  })

  it('T79: gives one token to 50 polls at once of one approved code', async () => {
    const codes = await requestDevice(server)
    await approveDevice(server, codes)
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => pollOutcome(server, codes)))
    expect(outcomes.filter((outcome) => outcome === 'token')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'invalid_grant')).toHaveLength(49)
  })

  it('T76: gives another client nothing, and the right one its token afterwards (CVE-2023-2585)', async () => {
    const app = await registerApp(server, 'public')
    const other = await registerApp(server, 'public')
    const codes = await requestDevice(server, { client_id: app.clientId, scope: '[["view-instance"]]' })
    await approveDevice(server, codes)
    expect(await pollOutcome(server, codes, { client_id: other.clientId })).toBe('invalid_grant')
    expect(await pollOutcome(server, codes)).toBe('invalid_grant')
    expect(await pollOutcome(server, codes, { client_id: app.clientId })).toBe('token')

    const unnamed = await requestDevice(server)
    await approveDevice(server, unnamed)
    expect(await pollOutcome(server, unnamed, { client_id: app.clientId })).toBe('invalid_grant')
    expect(await pollOutcome(server, unnamed)).toBe('token')
  })

  it('T73: asks a confidential client for its secret', async () => {
    const app = await registerApp(server)
    const secret = app.secret ?? ''
    const codes = await requestDevice(server, { client_id: app.clientId, client_secret: secret })
    await approveDevice(server, codes, { full_access: 'on' })
    expect(await pollOutcome(server, codes, { client_id: app.clientId })).toBe('invalid_client')
    expect(await pollOutcome(server, codes, { client_id: app.clientId, client_secret: secret })).toBe('token')
  })

  it('T14: names the parameter that is missing or sent twice', async () => {
    const codes = await requestDevice(server)
    expect(await pollOutcome(server, codes, { device_code: null })).toBe('invalid_request')
    const form = new URLSearchParams([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
      ['device_code', codes.deviceCode],
      ['device_code', codes.deviceCode],
    ])
    const answer = await jsonOf(await server.request('/-/oauth/token', { form }))
    expect(answer).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('device_code'),
    })
  })

  it('T70: keeps the code when the resource is not the grant’s', async () => {
    const codes = await requestDevice(server, {
      resource: `${server.origin}/team`,
      scope: '[["view-instance"]]',
    })
    await approveDevice(server, codes)
    expect(await pollOutcome(server, codes, { resource: `${server.origin}/other` })).toBe('invalid_target')
    expect(await pollOutcome(server, codes, { resource: `${server.origin}/team` })).toBe('token')
  })
})

describe('the end of a decision', () => {
  it('T80: a decided request is never decided again, nor revived', async () => {
    const codes = await requestDevice(server)
    const page = await pageOf(codes)
    expect(await (await decideDevice(server, page, { deny: 'Deny' })).text()).toContain(
      'Authorization denied',
    )
    for (const form of [undefined, { deny: 'Deny' }]) {
      expect(await (await decideDevice(server, page, form)).text()).toContain('already been used')
    }
    expect(await pollOutcome(server, codes)).toBe('access_denied')

    const used = await requestDevice(server)
    const usedPage = await pageOf(used)
    await decideDevice(server, usedPage)
    expect(await pollOutcome(server, used)).toBe('token')
    expect(await (await decideDevice(server, usedPage)).text()).toContain('already been used')
    expect(await pollOutcome(server, used)).toBe('invalid_grant')
  })

  it('T80: an expired request cannot be approved', async () => {
    const own = await startDeviceProvider()
    const codes = await requestDevice(own)
    const page = await (await enterCode(own, codes.userCode)).text()
    own.advance(900)
    expect(await (await decideDevice(own, page)).text()).toContain('This code has expired')
    expect(await pollOutcome(own, codes)).toBe('expired_token')
    await own.close()
  })

  it('T105: deleting a client ends its requests and its device tokens', async () => {
    const app = await registerApp(server, 'public')
    const client = { client_id: app.clientId }
    const [waiting, approved, used] = [
      await requestDevice(server, { ...client, scope: '[["view-instance"]]' }),
      await requestDevice(server, { ...client, scope: '[["view-instance"]]' }),
      await requestDevice(server, { ...client, scope: '[["view-instance"]]' }),
    ]
    const page = await pageOf(waiting)
    await approveDevice(server, approved)
    await approveDevice(server, used)
    const token = String((await jsonOf(await poll(server, used, client)))['access_token'])
    expect((await actorOf(server, token)).status).toBe(200)

    await server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect((await actorOf(server, token)).status).toBe(401)
    expect(await (await decideDevice(server, page)).text()).toContain('Invalid code')
    expect(await pollOutcome(server, approved, client)).toBe('invalid_client')
    expect(await pollOutcome(server, approved)).toBe('invalid_grant')
  })

  it('ends with the permission: who lost it can no longer decide', async () => {
    const codes = await requestDevice(server)
    const page = await pageOf(codes)
    const answer = await decideDevice(server, page, undefined, { actor: { id: 'erin' } })
    expect(answer.status).toBe(403)
    expect(await pollOutcome(server, codes)).toBe('authorization_pending')
  })

  it('T108: leaves a row in the audit trail for each decision and each token, and none without', async () => {
    const own = await startDeviceProvider()
    const approved = await requestDevice(own)
    const denied = await requestDevice(own)
    await approveDevice(own, approved)
    await approveDevice(own, denied, { deny: 'Deny' })
    await poll(own, approved)
    await poll(own, approved)
    await poll(own, denied)
    const rows = await own.store
      .$extendTables<OAuthTables>()
      .selectFrom('tapedeck_oauth_audit')
      .select(['event', 'actor_id', 'address', 'grant_id'])
      .execute()
    expect(rows.map(({ event }) => event)).toEqual(['device.approved', 'device.denied', 'token.issued'])
    for (const row of rows) expect(row).toMatchObject({ actor_id: '"carol"', address: '127.0.0.1' })
    await own.close()
  })

  it('T34, T109: keeps and logs no code that could be used', async () => {
    const own = await startDeviceProvider()
    const codes = await requestDevice(own)
    await enterCode(own, codes.userCode)
    await enterCode(own, 'WRNG-2345')
    await poll(own, codes)
    const db = own.store.$extendTables<OAuthTables>()
    const kept = JSON.stringify([
      await db.selectFrom('tapedeck_oauth_device_requests').selectAll().execute(),
      await db.selectFrom('tapedeck_oauth_user_code_attempts').selectAll().execute(),
      await db.selectFrom('tapedeck_oauth_audit').selectAll().execute(),
    ])
    expect(kept).toContain('carol')
    for (const secret of [codes.deviceCode, codes.userCode, codes.userCode.replace('-', ''), 'WRNG-2345']) {
      expect(kept).not.toContain(secret)
      expect(own.log()).not.toContain(secret)
    }
    await own.close()
  })

  it('forgets a grant of which no token was fetched', async () => {
    const own = await startDeviceProvider()
    await approveDevice(own, await requestDevice(own))
    const used = await requestDevice(own)
    await approveDevice(own, used, { scope_0: 'on', token_ttl_seconds: '2592000' })
    await poll(own, used)
    const grants = async () =>
      (
        await own.store
          .$extendTables<OAuthTables>()
          .selectFrom('tapedeck_oauth_grants')
          .select('grant_id')
          .execute()
      ).length
    expect(await grants()).toBe(2)
    own.advance(900 + 3600)
    await requestDevice(own, {})
    expect(await grants()).toBe(1)
    await own.close()
  })
})
