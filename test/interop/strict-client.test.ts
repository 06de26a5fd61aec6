import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import { approve, registerApp, signInAsRoot } from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

const REDIRECT_URI = 'http://127.0.0.1:9/callback'
const TRANSPORT = { [oauth.allowInsecureRequests]: true }

let site: Site
let server: ServerProcess
let person: Browser
let as: oauth.AuthorizationServer

beforeAll(async () => {
  site = makeShop()
  server = await startProcess(site, '--root')
  person = await signInAsRoot(server)
  as = {
    issuer: server.url,
    authorization_endpoint: `${server.url}/-/oauth/authorize`,
    token_endpoint: `${server.url}/-/oauth/token`,
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
