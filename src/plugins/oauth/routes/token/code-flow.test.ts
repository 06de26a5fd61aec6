import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  ALICE,
  actorOf,
  ask,
  authorizePath,
  decideOn,
  jsonOf,
  locationOf,
  obtainCode,
  obtainToken,
  pkcePair,
  redeem,
  registerApp,
  startProvider,
  type TestApp,
} from '../../test-app.ts'

let server: TestServer
let app: TestApp
beforeAll(async () => {
  server = await startProvider()
  app = await registerApp(server)
})
afterAll(() => server.close())

describe('the authorization code flow', () => {
  it('ends in a Datasette token that does what was approved', async () => {
    const response = await redeem(server, app, await obtainCode(server, app))
    const body = await jsonOf(response)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^dstok_/u),
      token_type: 'bearer',
      scope: 'view-instance insert-row:team/posts',
      datasette_scopes: [['view-instance'], ['insert-row', 'team', 'posts']],
    })
    expect(await actorOf(server, String(body['access_token']))).toEqual({
      status: 200,
      actor: { id: 'carol', token: 'dstok', _r: { a: ['vi'], r: { team: { posts: ['ir'] } } } },
    })
  })

  it.each([[42], ['42']])('gives a token to the person with the id %j, number or text', async (id) => {
    const decided = await decideOn(server, authorizePath(app), undefined, { id })
    const code = locationOf(decided).searchParams.get('code') ?? ''
    const { access_token: token } = await jsonOf(await redeem(server, app, code))
    expect((await actorOf(server, String(token))).actor).toMatchObject({ id })
  })

  it('T26: answers the token request as JSON that no cache keeps', async () => {
    const response = await redeem(server, app, await obtainCode(server, app))
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('T16: tells the client what is left after a box was unticked', async () => {
    const location = locationOf(await decideOn(server, authorizePath(app), { scope_1: 'on' }))
    const body = await jsonOf(await redeem(server, app, location.searchParams.get('code') ?? ''))
    expect(body['scope']).toBe('insert-row:team/posts')
    expect(body['datasette_scopes']).toEqual([['insert-row', 'team', 'posts']])
  })

  it('never grants a scope that the page did not offer, whatever is posted', async () => {
    const path = authorizePath(app, {
      scope: '[["view-instance"],["drop-table","team","posts"],["view-instance","x"]]',
    })
    const posted = {
      scope_0: 'on',
      scope_1: 'on',
      scope_2: 'on',
      scope_3: 'on',
      full_access: 'on',
      scope: '[["view-table"]]',
    }
    const code = locationOf(await decideOn(server, path, posted)).searchParams.get('code') ?? ''
    expect((await jsonOf(await redeem(server, app, code)))['datasette_scopes']).toEqual([['view-instance']])
  })

  it('gives a token without restrictions after full access was approved, and only then', async () => {
    const path = authorizePath(app, { scope: 'full-access' })
    expect(locationOf(await decideOn(server, path, {})).searchParams.get('error')).toBe('access_denied')
    expect(locationOf(await decideOn(server, path, { scope_0: 'on' })).searchParams.get('error')).toBe(
      'access_denied',
    )

    const code =
      locationOf(await decideOn(server, path, { full_access: 'on' })).searchParams.get('code') ?? ''
    const body = await jsonOf(await redeem(server, app, code))
    expect(body).toMatchObject({ scope: 'full-access', datasette_scopes: [['full-access']] })
    expect((await actorOf(server, String(body['access_token']))).actor).toEqual({
      id: 'carol',
      token: 'dstok',
    })
  })

  it.each(['plain', 'a&b=c+d%20%zz', 'ü é 漢字 🎏', '<script>"\'', 'https://x.example/?a=b#c', ' '])(
    'T18: gives the state %j back as it came, on success and on error',
    async (state) => {
      for (const form of [{ scope_0: 'on' }, { deny: 'Deny' }]) {
        const location = locationOf(await decideOn(server, authorizePath(app, { state }), form))
        expect(location.searchParams.getAll('state')).toEqual([state])
      }
      const refused = locationOf(await ask(server, authorizePath(app, { state, scope: '[]' })))
      expect(refused.searchParams.getAll('state')).toEqual([state])
    },
  )

  it('T18: sends no state when none came', async () => {
    const { challenge } = pkcePair()
    const path = authorizePath(app, { state: null, code_challenge: challenge, code_challenge_method: 'S256' })
    expect(locationOf(await decideOn(server, path)).searchParams.has('state')).toBe(false)
  })

  it('T10: keeps the query of a registered redirect URI', async () => {
    const tenant = await registerApp(server, 'confidential', 'https://app.example/cb?tenant=7')
    const location = (await decideOn(server, authorizePath(tenant))).headers.get('location') ?? ''
    expect(location).toMatch(/^https:\/\/app\.example\/cb\?tenant=7&code=[0-9a-f]{64}&state=opaque&iss=/u)
  })

  it('T67: names the issuer once, on success, on denial and on error', async () => {
    const answers = [
      await decideOn(server, authorizePath(app)),
      await decideOn(server, authorizePath(app), { deny: 'Deny' }),
      await ask(server, authorizePath(app, { response_type: 'token' })),
    ]
    for (const answer of answers)
      expect(locationOf(answer).searchParams.getAll('iss')).toEqual([server.origin])
  })

  it('T24: answers Deny, and nothing ticked, with access_denied', async () => {
    for (const form of [{ scope_0: 'on', deny: 'Deny' }, {}]) {
      const location = locationOf(await decideOn(server, authorizePath(app), form))
      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        error: 'access_denied',
        state: 'opaque',
      })
      expect(location.searchParams.has('code')).toBe(false)
    }
  })

  it('T58: leaves the form with a 303, never sending it on', async () => {
    expect((await decideOn(server, authorizePath(app))).status).toBe(303)
    expect((await decideOn(server, authorizePath(app), { deny: 'Deny' })).status).toBe(303)
  })

  it('T33: gives codes of 256 bits that differ', async () => {
    const codes = [await obtainCode(server, app), await obtainCode(server, app)]
    for (const code of codes) expect(code).toMatch(/^[0-9a-f]{64}$/u)
    expect(codes[0]).not.toBe(codes[1])
  })
})

describe('the end of a grant', () => {
  it('T19, T20, T38: a code redeemed twice ends the token of the first time', async () => {
    const code = await obtainCode(server, app)
    const token = String((await jsonOf(await redeem(server, app, code)))['access_token'])
    expect((await actorOf(server, token)).status).toBe(200)

    const second = await redeem(server, app, code)
    expect(second.status).toBe(400)
    expect((await jsonOf(second))['error']).toBe('invalid_grant')

    const refused = await server.request('/-/actor.json', { token })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('a code presented by another client ends nothing', async () => {
    const other = await registerApp(server)
    const code = await obtainCode(server, app)
    const token = String((await jsonOf(await redeem(server, app, code)))['access_token'])
    expect((await redeem(server, other, code, { redirect_uri: app.redirectUri })).status).toBe(400)
    expect((await redeem(server, app, code, { redirect_uri: 'https://evil.example/' })).status).toBe(400)
    expect((await actorOf(server, token)).status).toBe(200)
  })

  it('T105: deleting a client ends its tokens and its codes', async () => {
    const doomed = await registerApp(server)
    const token = await obtainToken(server, doomed)
    const code = await obtainCode(server, doomed)
    await server.request(`/-/oauth/clients/${doomed.clientId}.json`, { method: 'DELETE', actor: ALICE })
    expect((await actorOf(server, token)).status).toBe(401)
    expect((await redeem(server, doomed, code)).status).toBe(401)
  })

  it('does not touch tokens that name no grant', async () => {
    const token = `dstok_${server.signer.sign({ a: 'carol', t: server.now() }, 'token')}`
    expect((await actorOf(server, token)).status).toBe(200)
  })

  it.each([null, '', 7, 'nonsense', ['a'], 'a'.repeat(32)])(
    'refuses a token that names the grant %j',
    async (g) => {
      const token = `dstok_${server.signer.sign({ a: 'carol', t: server.now(), g }, 'token')}`
      expect((await actorOf(server, token)).status).toBe(401)
    },
  )

  it('of 20 redemptions at once, one gets a token, and the others do not end it', async () => {
    const code = await obtainCode(server, app)
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(server, app, code)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 400)).toHaveLength(19)
    const winner = answers.find((answer) => answer.status === 200)
    const token = winner === undefined ? '' : String((await jsonOf(winner))['access_token'])
    expect((await actorOf(server, token)).status).toBe(200)
  })
})

describe('a person known by more than an id', () => {
  it('is the same person to the rules when the app comes with the token', async () => {
    const client = await registerApp(server)
    const path = authorizePath(client, { scope: '[["view-table","team","plans"]]' })
    const code = locationOf(await decideOn(server, path, undefined, ALICE)).searchParams.get('code') ?? ''
    const token = String((await jsonOf(await redeem(server, client, code)))['access_token'])
    expect((await server.request('/team/plans.json', { token })).status).toBe(200)
    expect(await actorOf(server, token)).toEqual({
      status: 200,
      actor: { id: 'alice', role: 'developer', token: 'dstok', _r: { r: { team: { plans: ['vt'] } } } },
    })
  })
})

describe('access_token_ttl', () => {
  it('T27: is told as expires_in, and is true', async () => {
    const short = await startProvider({ access_token_ttl: 60 })
    const client = await registerApp(short)
    const body = await jsonOf(await redeem(short, client, await obtainCode(short, client)))
    expect(body['expires_in']).toBe(60)
    short.advance(60)
    expect((await actorOf(short, String(body['access_token']))).status).toBe(200)
    short.advance(1)
    expect((await actorOf(short, String(body['access_token']))).status).toBe(401)
    await short.close()
  })

  it.each([
    [{}, 600],
    [{ access_token_ttl: 60 }, 60],
    [{ access_token_ttl: 3600 }, 600],
  ])('T27: never tells more than max_signed_tokens_ttl lets be true: %j', async (oauth, expected) => {
    const capped = await startProvider(oauth, {}, { max_signed_tokens_ttl: 600 })
    const client = await registerApp(capped)
    const body = await jsonOf(await redeem(capped, client, await obtainCode(capped, client)))
    expect(body['expires_in']).toBe(expected)
    capped.advance(expected + 1)
    expect((await actorOf(capped, String(body['access_token']))).status).toBe(401)
    await capped.close()
  })

  it('is shown on the consent page', async () => {
    const short = await startProvider({ access_token_ttl: 3600 })
    const page = await (await ask(short, authorizePath(await registerApp(short)))).text()
    expect(page).toContain(new Date((short.now() + 3600) * 1000).toISOString().slice(0, 16))
    await short.close()
  })
})

describe('oauth4webapi, a client written by others', () => {
  it.each(['confidential', 'public'] as const)('gets a token as a %s client with PKCE', async (kind) => {
    const own = await registerApp(server, kind)
    const as: oauth.AuthorizationServer = {
      issuer: server.origin,
      token_endpoint: `${server.origin}/-/oauth/token`,
      authorization_response_iss_parameter_supported: true,
    }
    const client: oauth.Client = { client_id: own.clientId }
    const verifier = oauth.generateRandomCodeVerifier()
    const path = authorizePath(own, {
      scope: 'read:team insert-row:team/posts',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const callback = oauth.validateAuthResponse(
      as,
      client,
      locationOf(await decideOn(server, path)),
      'opaque',
    )

    const authentication = own.secret === null ? oauth.None() : oauth.ClientSecretBasic(own.secret)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      callback,
      own.redirectUri,
      verifier,
      {
        [oauth.allowInsecureRequests]: true,
        [oauth.customFetch]: (url, { method, headers, body }) =>
          server.request(new URL(url).pathname, { method, headers, body: String(body) }),
      },
    )
    const result = await oauth.processAuthorizationCodeResponse(as, client, response)
    expect(result).toMatchObject({
      token_type: 'bearer',
      scope: expect.stringContaining('insert-row:team/posts'),
    })
    expect((await actorOf(server, result.access_token)).status).toBe(200)
  })
})
