import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  ALICE,
  jsonOf,
  obtainCode,
  pkcePair,
  redeem,
  registerApp,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
let other: TestApp
beforeAll(async () => {
  server = await startProvider()
  app = await registerApp(server)
  other = await registerApp(server)
})
afterAll(() => server.close())

const basic = (id: string, secret: string | null) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret ?? ''}`).toString('base64')}`,
})

async function answerOf(response: Response): Promise<readonly [number, unknown]> {
  return [response.status, (await jsonOf(response))['error']]
}

describe('POST /-/oauth/token', () => {
  it('T1: accepts the secret in a Basic header', async () => {
    const code = await obtainCode(server, app)
    const response = await redeem(server, app, code, { client_secret: null }, basic(app.clientId, app.secret))
    expect(response.status).toBe(200)
  })

  it('T3: refuses two ways to authenticate at once', async () => {
    const code = await obtainCode(server, app)
    const response = await redeem(server, app, code, {}, basic(app.clientId, app.secret))
    expect(await answerOf(response)).toEqual([400, 'invalid_request'])
    expect((await redeem(server, app, code)).status).toBe(200)
  })

  it('T4: reads no secret from the query', async () => {
    const code = await obtainCode(server, app)
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
    }
    const response = await server.request(`/-/oauth/token?client_secret=${app.secret}`, { form })
    expect(await answerOf(response)).toEqual([401, 'invalid_client'])
  })

  it('T13: answers GET with 405 and no token', async () => {
    const response = await server.request('/-/oauth/token')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await answerOf(response)).toEqual([405, 'Method not allowed'])
  })

  it.each([
    ['JSON', 'application/json', '{"grant_type":"authorization_code"}'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
    ['plain text', 'text/plain', 'grant_type=authorization_code'],
    ['a body without type', null, 'grant_type=authorization_code'],
    ['more than 64 KiB', 'application/x-www-form-urlencoded', `code=${'x'.repeat(70_000)}`],
  ])('T14: answers %s with invalid_request', async (_kind, contentType, body) => {
    const headers = contentType === null ? {} : { 'content-type': contentType }
    const response = await server.request('/-/oauth/token', { method: 'POST', headers, body })
    expect(await answerOf(response)).toEqual([400, 'invalid_request'])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('T22: refuses the code of another client, which can still redeem it', async () => {
    const code = await obtainCode(server, app)
    const stolen = await redeem(server, other, code, { redirect_uri: app.redirectUri })
    expect(await answerOf(stolen)).toEqual([400, 'invalid_grant'])
    expect((await redeem(server, app, code)).status).toBe(200)
  })

  it.each(['https://app.example/cB', 'https://app.example/c', 'https://app.example/cb?', null])(
    'T23: refuses the redirect URI %s, and the code is not used up',
    async (redirectUri) => {
      const code = await obtainCode(server, app)
      expect(await answerOf(await redeem(server, app, code, { redirect_uri: redirectUri }))).toEqual([
        400,
        'invalid_grant',
      ])
      expect((await redeem(server, app, code)).status).toBe(200)
    },
  )

  it('T21: refuses a code after ten minutes', async () => {
    const [early, late] = [await obtainCode(server, app), await obtainCode(server, app)]
    server.advance(599)
    expect((await redeem(server, app, early)).status).toBe(200)
    server.advance(1)
    expect(await answerOf(await redeem(server, app, late))).toEqual([400, 'invalid_grant'])
  })

  it.each([
    ['a wrong secret', () => ({ client_secret: 'wrong' })],
    ['another client’s secret', () => ({ client_secret: other.secret })],
    ['no secret', () => ({ client_secret: null })],
    ['an unknown client', () => ({ client_id: '2'.repeat(32) })],
    ['no client', () => ({ client_id: null, client_secret: null })],
  ])('answers %s with 401 invalid_client', async (_fault, changes) => {
    const response = await redeem(server, app, 'x', changes())
    expect(await answerOf(response)).toEqual([401, 'invalid_client'])
    expect(response.headers.get('www-authenticate')).toBeNull()
  })

  it('T28: asks for Basic after wrong Basic credentials', async () => {
    const response = await redeem(server, app, 'x', { client_secret: null }, basic(app.clientId, 'wrong'))
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/u)
    expect(await answerOf(response)).toEqual([401, 'invalid_client'])
  })

  it.each([
    ['none', null, 'invalid_request'],
    ['an empty one', '', 'invalid_request'],
    ['password', 'password', 'unsupported_grant_type'],
    ['client_credentials', 'client_credentials', 'unsupported_grant_type'],
    ['refresh_token without one', 'refresh_token', 'invalid_request'],
    ['a property that every object has', 'constructor', 'unsupported_grant_type'],
  ])('T29: answers the grant type %s', async (_name, grantType, error) => {
    expect(await answerOf(await redeem(server, app, 'x', { grant_type: grantType }))).toEqual([400, error])
  })

  it('answers the device grant as long as the device flow is off', async () => {
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' }
    const response = await server.request('/-/oauth/token', { form })
    expect(await answerOf(response)).toEqual([403, 'Device flow is not enabled'])
  })

  it('refuses a parameter that was sent twice, without using the code up', async () => {
    const code = await obtainCode(server, app)
    for (const name of [
      'grant_type',
      'client_id',
      'client_secret',
      'code',
      'redirect_uri',
      'code_verifier',
      'resource',
    ]) {
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        client_id: app.clientId,
        client_secret: app.secret ?? '',
        redirect_uri: app.redirectUri,
      })
      form.append(name, 'again')
      if (form.getAll(name).length === 1) form.append(name, 'and again')
      expect(await answerOf(await server.request('/-/oauth/token', { form }))).toEqual([
        400,
        'invalid_request',
      ])
    }
    expect((await redeem(server, app, code)).status).toBe(200)
  })

  it('tells a missing code from an unknown one', async () => {
    expect(await answerOf(await redeem(server, app, 'x', { code: null }))).toEqual([400, 'invalid_request'])
    expect(await answerOf(await redeem(server, app, 'unknown'))).toEqual([400, 'invalid_grant'])
  })

  it('T47: a wrong verifier fails, and the code survives it', async () => {
    const { verifier, challenge } = pkcePair()
    const code = await obtainCode(server, app, { code_challenge: challenge, code_challenge_method: 'S256' })
    for (const wrong of ['w'.repeat(43), 'w'.repeat(42), 'w'.repeat(129), challenge, null]) {
      expect(await answerOf(await redeem(server, app, code, { code_verifier: wrong }))).toEqual([
        400,
        'invalid_grant',
      ])
    }
    expect((await redeem(server, app, code, { code_verifier: verifier })).status).toBe(200)
  })

  it('T49: a verifier without a challenge fails', async () => {
    const code = await obtainCode(server, app)
    const response = await redeem(server, app, code, { code_verifier: 'v'.repeat(43) })
    expect(await answerOf(response)).toEqual([400, 'invalid_grant'])
  })

  it('T70: a part of the server fails for a grant of the whole, and the code survives it', async () => {
    const code = await obtainCode(server, app)
    expect(await answerOf(await redeem(server, app, code, { resource: `${server.origin}/team` }))).toEqual([
      400,
      'invalid_target',
    ])
    expect((await redeem(server, app, code, { resource: `${server.origin}/` })).status).toBe(200)
  })

  it('T70: a resource outside the grant fails, and the code survives it', async () => {
    const code = await obtainCode(server, app, { resource: `${server.origin}/-/mcp` })
    for (const resource of [`${server.origin}/`, 'https://other.example/', 'nonsense']) {
      expect(await answerOf(await redeem(server, app, code, { resource }))).toEqual([400, 'invalid_target'])
    }
    expect((await redeem(server, app, code, { resource: `${server.origin}/-/mcp` })).status).toBe(200)
  })

  it('may be called by pages of other sites, which may read the answer', async () => {
    const headers = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' }
    const response = await redeem(server, app, await obtainCode(server, app), {}, headers)
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    const preflight = await server.request('/-/oauth/token', { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('accepts both secrets while two work, and neither after they are retired', async () => {
    const rotating = await registerApp(server)
    const actor = ALICE
    const path = `/-/oauth/clients/${rotating.clientId}/secret.json`
    const rotated = await jsonOf(await server.request(path, { method: 'POST', actor }))
    const fresh = { client_secret: String(rotated['client_secret']) }
    expect((await redeem(server, rotating, await obtainCode(server, rotating))).status).toBe(200)
    expect((await redeem(server, rotating, await obtainCode(server, rotating), fresh)).status).toBe(200)

    const [old] = rotated['secrets'] as readonly { readonly secret_id: string }[]
    await server.request(path, { actor, form: { retire: old?.secret_id ?? '' } })
    expect((await redeem(server, rotating, await obtainCode(server, rotating))).status).toBe(401)
    expect((await redeem(server, rotating, await obtainCode(server, rotating), fresh)).status).toBe(200)
  })
})
