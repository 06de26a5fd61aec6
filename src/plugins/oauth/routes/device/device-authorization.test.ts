import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import { systemRandom } from '../../../../random.ts'
import { COMMAND_LINE_CLIENT_ID } from '../../protocol/ids.ts'
import { jsonOf, poll, pollOutcome, registerApp, requestDevice, startDeviceProvider } from '../../test-app.ts'

let server: TestServer
beforeAll(async () => {
  server = await startDeviceProvider()
})
afterAll(() => server.close())

const SCOPE = '[["view-instance"]]'
const post = (form: Readonly<Record<string, string>>, headers = {}) =>
  server.request('/-/oauth/device', { form: { scope: SCOPE, ...form }, headers, address: nextAddress() })

let addresses = 0
/** Another address each time, so that no test meets a limit that it does not mean. */
function nextAddress(): string {
  addresses += 1
  return `10.0.${addresses >> 8}.${addresses & 255}`
}

describe('POST /-/oauth/device', () => {
  it('T74, T75: gives the codes, where to enter them, and how long they last', async () => {
    const answer = await post({})
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const body = await jsonOf(answer)
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[0-9a-f]{64}$/u),
      user_code: expect.stringMatching(/^[BCDFGHJKMNPQRSTVWXYZ2-9]{4}-[BCDFGHJKMNPQRSTVWXYZ2-9]{4}$/u),
      verification_uri: 'http://localhost:8001/-/oauth/device/verify',
      verification_uri_complete: `http://localhost:8001/-/oauth/device/verify?code=${String(body['user_code'])}`,
      expires_in: 900,
      interval: 5,
    })
  })

  it('puts the base URL into the address that people open', async () => {
    const below = await startDeviceProvider({}, {}, { base_url: '/data/' })
    const answer = await jsonOf(await below.request('/data/-/oauth/device', { form: {} }))
    expect(answer['verification_uri']).toBe('http://localhost:8001/data/-/oauth/device/verify')
    await below.close()
  })

  it('T33: never gives a code twice', async () => {
    const codes = await Promise.all(
      Array.from({ length: 15 }, () => requestDevice(server, { scope: SCOPE }, { address: nextAddress() })),
    )
    expect(new Set(codes.map(({ deviceCode }) => deviceCode)).size).toBe(15)
    expect(new Set(codes.map(({ userCode }) => userCode)).size).toBe(15)
  })

  it('T72: takes no client for the command line, and refuses an unknown one', async () => {
    expect((await post({})).status).toBe(200)
    expect((await post({ client_id: '' })).status).toBe(200)
    expect((await post({ client_id: COMMAND_LINE_CLIENT_ID })).status).toBe(200)
    const unknown = await post({ client_id: 'f'.repeat(32) })
    expect([unknown.status, (await jsonOf(unknown))['error']]).toEqual([401, 'invalid_client'])
    const secretAlone = await post({ client_secret: 's' })
    expect([secretAlone.status, (await jsonOf(secretAlone))['error']]).toEqual([401, 'invalid_client'])
  })

  it('T73: asks a confidential client for its secret', async () => {
    const app = await registerApp(server)
    expect((await post({ client_id: app.clientId })).status).toBe(401)
    expect((await post({ client_id: app.clientId, client_secret: 'wrong' })).status).toBe(401)
    expect((await post({ client_id: app.clientId, client_secret: app.secret ?? '' })).status).toBe(200)

    const basic = (secret: string) => `Basic ${Buffer.from(`${app.clientId}:${secret}`).toString('base64')}`
    expect((await post({}, { authorization: basic(app.secret ?? '') })).status).toBe(200)
    const refused = await post({}, { authorization: basic('wrong') })
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="oauth"'])
    const twice = await post({ client_secret: 'x' }, { authorization: basic(app.secret ?? '') })
    expect([twice.status, (await jsonOf(twice))['error']]).toEqual([400, 'invalid_request'])
  })

  it('knows the unregistered command line as a client that nobody lists and nobody changes', async () => {
    const actor = { id: 'alice', role: 'developer' }
    const list: unknown = await (await server.request('/-/oauth/clients.json', { actor })).json()
    expect(JSON.stringify(list)).not.toContain(COMMAND_LINE_CLIENT_ID)
    const path = `/-/oauth/clients/${COMMAND_LINE_CLIENT_ID}.json`
    expect((await server.request(path, { method: 'DELETE', actor })).status).toBe(403)
    expect(
      (await server.request(path, { method: 'DELETE', actor: { id: 'null', role: 'developer' } })).status,
    ).toBe(403)
  })

  it.each(['[]', '["view-instance"]', '[[]]', '[[1]]', '{"a":1}', '[["a","b","c","d"]]', '[["fly"]]'])(
    'T15: refuses the scope %s',
    async (scope) => {
      const answer = await post({ scope })
      expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'invalid_scope'])
    },
  )

  it('T6, T14: refuses a repeated parameter and another kind of body', async () => {
    const form = new URLSearchParams([
      ['scope', SCOPE],
      ['scope', ''],
    ])
    const repeated = await server.request('/-/oauth/device', { form })
    expect([repeated.status, (await jsonOf(repeated))['error']]).toEqual([400, 'invalid_request'])
    const json = await server.request('/-/oauth/device', { json: { scope: SCOPE } })
    expect([json.status, (await jsonOf(json))['error']]).toEqual([400, 'invalid_request'])
    const huge = await post({ scope: 'x'.repeat(70_000) })
    expect([huge.status, (await jsonOf(huge))['error']]).toEqual([400, 'invalid_request'])
  })

  it('asks nobody when the site accepts no tokens', async () => {
    const off = await startDeviceProvider({}, {}, { allow_signed_tokens: false })
    const answer = await off.request('/-/oauth/device', { form: {} })
    expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'access_denied'])
    await off.close()
  })

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    // A page of another site can send any header that a preflight allows.
    { 'sec-fetch-site': 'cross-site', authorization: 'Bearer x' },
    { origin: 'https://evil.example', authorization: 'Bearer x' },
  ])(
    'is closed to pages of other sites, which would ask from the address of their visitor, also under --cors: %j',
    async (headers: Record<string, string>) => {
      const open = await startDeviceProvider({}, { cors: true })
      for (const method of ['POST', 'OPTIONS']) {
        const answer = await open.request('/-/oauth/device', { method, form: {}, headers })
        expect([method, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
          method,
          403,
          null,
        ])
      }
      const own = await open.request('/-/oauth/device', { form: {} })
      expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null])
      await open.close()
    },
  )

  it('answers 405 to another method', async () => {
    const answer = await server.request('/-/oauth/device')
    expect([answer.status, await jsonOf(answer)]).toEqual([405, { error: 'Method not allowed' }])
  })

  it('finds another user code when one is taken', async () => {
    // The server asks for eight bytes to name a request and to make a user code: both codes begin the same.
    let asked = 0
    const random = {
      bytes: (count: number) => {
        if (count === 8) asked += 1
        return count === 8 && asked <= 4 ? new Uint8Array(8).fill(7) : systemRandom.bytes(count)
      },
    }
    const unlucky = await startDeviceProvider({}, { random })
    const [one, two] = [await requestDevice(unlucky), await requestDevice(unlucky)]
    expect(one.userCode).toBe('KKKK-KKKK')
    expect(two.userCode).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/u)
    expect(two.userCode).not.toBe(one.userCode)
    expect(asked).toBe(5)
    await unlucky.close()
  })

  it('keeps no resource that is longer than an address can be', async () => {
    const resource = (length: number) => `${server.origin}/`.padEnd(length, 'a')
    expect((await post({ resource: resource(2048) })).status).toBe(200)
    const answer = await post({ resource: resource(2049) })
    expect([answer.status, (await jsonOf(answer))['error']]).toEqual([400, 'invalid_target'])
  })

  it('answers as to an unknown client when the client is deleted while it asks', async () => {
    const app = await registerApp(server, 'public')
    const actor = { id: 'alice', role: 'developer' }
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => post({ client_id: app.clientId })),
      server.request(`/-/oauth/clients/${app.clientId}.json`, { method: 'DELETE', actor }),
      ...Array.from({ length: 8 }, () => post({ client_id: app.clientId })),
    ])
    for (const answer of answers) expect([200, 401]).toContain(answer.status)
  })
})

describe('the bound on requests that wait', () => {
  const ask = (address: string, headers = {}) =>
    server.request('/-/oauth/device', { form: { scope: SCOPE }, address, headers })
  const statuses = async (count: number, request: (index: number) => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => request(index)))
    const ofStatus = (status: number) => answers.filter((answer) => answer.status === status)
    return { ok: ofStatus(200).length, limited: ofStatus(429) }
  }

  it('T87: lets one address have 20, also when it asks for 60 at once, and says when to come back', async () => {
    const { ok, limited } = await statuses(60, () => ask('192.0.2.1'))
    expect([ok, limited.length]).toEqual([20, 40])
    const [first] = limited
    expect(first?.headers.get('retry-after')).toBe('60')
    expect(await jsonOf(first ?? new Response('{}'))).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it.each([
    ['addresses of one /64', (index: number) => ask(`2001:db8:0:1:${index.toString(16)}::1`)],
    ['spellings of one address', (index: number) => ask(index % 2 === 0 ? '192.0.2.9' : '::ffff:192.0.2.9')],
    [
      'forwarded addresses that no trusted proxy wrote',
      (index: number) => ask('192.0.2.10', { 'x-forwarded-for': `198.51.100.${index}` }),
    ],
  ])('counts %s as one (CVE-2026-45364)', async (_what, request) => {
    expect((await statuses(40, request)).ok).toBe(20)
  })

  it('lets a trusted proxy pass many visitors on', async () => {
    const proxied = await startDeviceProvider({}, { trustedProxies: ['192.0.2.10'] })
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        proxied.request('/-/oauth/device', {
          form: {},
          address: '192.0.2.10',
          headers: { 'x-forwarded-for': `198.51.100.${index}` },
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(25)
    await proxied.close()
  })

  it('lets what was abandoned give way: a device that goes on polling is not crowded out', async () => {
    const crowded = await startDeviceProvider()
    const ask = () => crowded.request('/-/oauth/device', { form: {}, address: '192.0.2.1' })
    const honest = await requestDevice(crowded, {}, { address: '192.0.2.1' })
    for (let count = 0; count < 19; count += 1) expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
    crowded.advance(59)
    await poll(crowded, honest)
    expect((await ask()).status).toBe(429)
    crowded.advance(1)
    expect((await ask()).status).toBe(200)
    crowded.advance(5)
    expect(await pollOutcome(crowded, honest)).toBe('authorization_pending')
    await crowded.close()
  })

  it('counts the networks of one site together: a /48 of IPv6 is one site', async () => {
    const flooded = await startDeviceProvider()
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        flooded.request('/-/oauth/device', { form: {}, address: `2001:db8:1:${index.toString(16)}::1` }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200)
    expect((await flooded.request('/-/oauth/device', { form: {}, address: '2001:db8:2::1' })).status).toBe(
      200,
    )
    await flooded.close()
  })

  it('ends with the requests: after 15 minutes there is room again, and the old rows go', async () => {
    const later = await startDeviceProvider()
    const again = () => later.request('/-/oauth/device', { form: {}, address: '192.0.2.1' })
    for (let count = 0; count < 20; count += 1) expect((await again()).status).toBe(200)
    expect((await again()).status).toBe(429)
    later.advance(900)
    expect((await again()).status).toBe(200)
    later.advance(3600)
    await again()
    const rows = await later.store
      .withTables<{ tapedeck_oauth_device_requests: { user_code_hash: string } }>()
      .selectFrom('tapedeck_oauth_device_requests')
      .select('user_code_hash')
      .execute()
    expect(rows).toHaveLength(2)
    await later.close()
  })
})
