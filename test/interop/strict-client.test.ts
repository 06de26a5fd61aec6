import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import { COMMAND_LINE_CLIENT_ID } from '../../src/plugins/oauth/protocol/ids.ts'
import { approve, registerApp, signInAsRoot } from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'
import { readForm } from '../../demo/form.ts'

const REDIRECT_URI = 'http://127.0.0.1:9/callback'
const TRANSPORT = { [oauth.allowInsecureRequests]: true }

let site: Site
let server: ServerProcess
let person: Browser
let as: oauth.AuthorizationServer

beforeAll(async () => {
  site = makeShop({ enable_device_flow: true, allow_root_device_tokens: true })
  server = await startProcess(site, '--root')
  person = await signInAsRoot(server)
  as = {
    issuer: server.url,
    authorization_endpoint: `${server.url}/-/oauth/authorize`,
    token_endpoint: `${server.url}/-/oauth/token`,
    device_authorization_endpoint: `${server.url}/-/oauth/device`,
    authorization_response_iss_parameter_supported: true,
  }
})
afterAll(async () => {
  await server.stop()
  removeSite(site)
})

/** Registers an app, sends the person through consent with the second scope unticked, and exchanges the code. */
async function runFlow(clientType: string, authenticate: (secret: string) => oauth.ClientAuth) {
  const fields = { client_name: 'Strict', redirect_uri: REDIRECT_URI, client_type: clientType }
  const { clientId, clientSecret } = await registerApp(person, server, fields)
  const client: oauth.Client = { client_id: clientId }
  const codeVerifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()

  const request = new URL(as.authorization_endpoint ?? '')
  request.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'view-table:shop/orders view-table:shop/salaries',
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
  }).toString()
  const answer = await approve(person, request, ['scope_1'])

  const parameters = oauth.validateAuthResponse(as, client, answer, state)
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authenticate(clientSecret),
    parameters,
    REDIRECT_URI,
    codeVerifier,
    TRANSPORT,
  )
  return oauth.processAuthorizationCodeResponse(as, client, response)
}

const read = async (token: oauth.TokenEndpointResponse, table: string) => {
  const address = new URL(`${server.url}/shop/${table}.json`)
  const response = await oauth.protectedResourceRequest(
    token.access_token,
    'GET',
    address,
    new Headers(),
    null,
    TRANSPORT,
  )
  return response.status
}

describe('oauth4webapi, a strict client', () => {
  it.each<[string, string, (secret: string) => oauth.ClientAuth]>([
    ['client_secret_basic', 'confidential', (secret) => oauth.ClientSecretBasic(secret)],
    ['client_secret_post', 'confidential', (secret) => oauth.ClientSecretPost(secret)],
    ['none', 'public', () => oauth.None()],
  ])(
    'completes the flow with PKCE and %s, and gets just what was ticked',
    async (_name, clientType, authenticate) => {
      const token = await runFlow(clientType, authenticate)
      expect(token.token_type).toBe('bearer')
      expect(token.scope).toBe('view-table:shop/orders')
      expect(await read(token, 'orders')).toBe(200)
      await expect(read(token, 'salaries')).rejects.toMatchObject({
        status: 403,
        cause: [
          {
            scheme: 'bearer',
            parameters: { error: 'insufficient_scope', scope: 'view-table:shop/salaries' },
          },
        ],
      })
    },
  )
})

describe('oauth4webapi, knowing nothing but the address', () => {
  let other: Site
  let server: ServerProcess
  let person: Browser
  let as: oauth.AuthorizationServer
  beforeAll(async () => {
    other = makeShop({ access_token_ttl: 3600 })
    server = await startProcess(other, '--root')
    person = await signInAsRoot(server)
    const issuer = new URL(server.url)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...TRANSPORT })
    as = await oauth.processDiscoveryResponse(issuer, found)
  })
  afterAll(async () => {
    await server.stop()
    removeSite(other)
  })

  it.each<[string, string, (secret: string) => oauth.ClientAuth]>([
    ['client_secret_basic', 'confidential', (secret) => oauth.ClientSecretBasic(secret)],
    ['client_secret_post', 'confidential', (secret) => oauth.ClientSecretPost(secret)],
    ['none', 'public', () => oauth.None()],
  ])(
    'discovers, refreshes, asks about and gives back its tokens with %s',
    async (name, kind, authenticate) => {
      const fields = { client_name: 'Strict', redirect_uri: REDIRECT_URI, client_type: kind }
      const { clientId, clientSecret } = await registerApp(person, server, fields)
      const client: oauth.Client = { client_id: clientId }
      const auth = authenticate(clientSecret)
      const codeVerifier = oauth.generateRandomCodeVerifier()
      const state = oauth.generateRandomState()
      const request = new URL(as.authorization_endpoint ?? '')
      request.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'view-table:shop/orders view-table:shop/salaries offline_access',
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
      }).toString()
      const parameters = oauth.validateAuthResponse(as, client, await approve(person, request), state)
      const exchanged = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        auth,
        parameters,
        REDIRECT_URI,
        codeVerifier,
        TRANSPORT,
      )
      const first = await oauth.processAuthorizationCodeResponse(as, client, exchanged)
      expect(first.expires_in).toBe(3600)

      const asked = await oauth.refreshTokenGrantRequest(as, client, auth, first.refresh_token ?? '', {
        ...TRANSPORT,
        additionalParameters: { scope: 'view-table:shop/orders' },
      })
      const second = await oauth.processRefreshTokenResponse(as, client, asked)
      expect(second).toMatchObject({ token_type: 'bearer', scope: 'view-table:shop/orders' })
      expect(second.refresh_token).not.toBe(first.refresh_token)

      if (name !== 'none') {
        const told = await oauth.introspectionRequest(as, client, auth, second.access_token, TRANSPORT)
        const introspection = await oauth.processIntrospectionResponse(as, client, told)
        const about = { active: true, client_id: clientId, sub: 'root', iss: as.issuer, aud: as.issuer }
        expect(introspection).toMatchObject(about)
      }

      const revoked = await oauth.revocationRequest(as, client, auth, second.refresh_token ?? '', TRANSPORT)
      expect(await oauth.processRevocationResponse(revoked)).toBeUndefined()
      for (const token of [first.access_token, second.access_token]) {
        const headers = { authorization: `Bearer ${token}` }
        expect((await fetch(`${server.url}/shop/orders.json`, { headers })).status).toBe(401)
      }
      const dead = await oauth.refreshTokenGrantRequest(
        as,
        client,
        auth,
        second.refresh_token ?? '',
        TRANSPORT,
      )
      await expect(oauth.processRefreshTokenResponse(as, client, dead)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    },
  )
})

describe('oauth4webapi as a device', () => {
  /** Opens the link that the device shows and approves what it asks for, less the second scope. */
  async function approveDevice(link: string) {
    const page = await person.open(link)
    const form = readForm(page.text, '/-/oauth/device/verify')
    const fields = form?.fields.filter(([name]) => name !== 'scope_1') ?? []
    const decided = await person.post(`${server.url}/-/oauth/device/verify`, fields)
    expect(decided.text).toContain('Device authorized successfully')
  }

  it.each<[string, () => Promise<[oauth.Client, oauth.ClientAuth]>]>([
    [
      'the command line that nobody registered',
      async () => [{ client_id: COMMAND_LINE_CLIENT_ID }, oauth.None()],
    ],
    [
      'a public client',
      async () => {
        const fields = { client_name: 'Tool', redirect_uri: REDIRECT_URI, client_type: 'public' }
        return [{ client_id: (await registerApp(person, server, fields)).clientId }, oauth.None()]
      },
    ],
    [
      'a confidential client',
      async () => {
        const fields = { client_name: 'Appliance', redirect_uri: REDIRECT_URI }
        const { clientId, clientSecret } = await registerApp(person, server, fields)
        return [{ client_id: clientId }, oauth.ClientSecretBasic(clientSecret)]
      },
    ],
  ])('completes the device flow as %s', async (_name, register) => {
    const [client, authenticate] = await register()
    const scope = 'view-table:shop/orders view-table:shop/salaries'
    const requested = await oauth.deviceAuthorizationRequest(as, client, authenticate, { scope }, TRANSPORT)
    const device = await oauth.processDeviceAuthorizationResponse(as, client, requested)
    const poll = async () => {
      const code = device.device_code
      const response = await oauth.deviceCodeGrantRequest(as, client, authenticate, code, TRANSPORT)
      return oauth.processDeviceCodeResponse(as, client, response)
    }

    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending', status: 400 })
    await approveDevice(device.verification_uri_complete ?? '')
    const token = await poll()
    expect(token).toMatchObject({ token_type: 'bearer', scope: 'view-table:shop/orders', expires_in: 3600 })
    expect(await read(token, 'orders')).toBe(200)
    await expect(poll()).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})
