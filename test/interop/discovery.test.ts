import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import { approve, registerApp, signInAsRoot } from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

const REDIRECT_URI = 'http://127.0.0.1:9/callback'
const TRANSPORT = { [oauth.allowInsecureRequests]: true }

describe.each([[[]], [['-s', 'base_url', '/data/']]])(
  'a client that knows nothing but the address of a table, on a server with %j',
  (words) => {
    let site: Site
    let server: ServerProcess
    let person: Browser
    beforeAll(async () => {
      site = makeShop()
      server = await startProcess(site, '--root', ...words)
      person = await signInAsRoot(server)
    })
    afterAll(async () => {
      await server.stop()
      removeSite(site)
    })

    const isRefused = async (
      table: URL,
      token: string,
    ): Promise<readonly oauth.WWWAuthenticateChallenge[]> => {
      try {
        await oauth.protectedResourceRequest(token, 'GET', table, new Headers(), null, TRANSPORT)
      } catch (error) {
        if (error instanceof oauth.WWWAuthenticateChallengeError) return error.cause
        throw error
      }
      throw new Error('the table was given away')
    }

    it('T65, T89: is led from the refusal to a token for this table, and reads it', async () => {
      const table = new URL(`${server.url}/shop/orders.json`)
      const anonymous = await fetch(table)
      const challenge = anonymous.headers.get('www-authenticate') ?? ''
      expect([anonymous.status, challenge]).toEqual([
        403,
        expect.stringMatching(/^Bearer resource_metadata="/u),
      ])
      const named = /resource_metadata="(?<address>[^"]+)"/u.exec(challenge)?.groups?.['address']
      const [refused] = await isRefused(table, 'dstok_x')
      expect(refused?.parameters['resource_metadata']).toBe(named)

      const answer = await oauth.resourceDiscoveryRequest(table, TRANSPORT)
      expect(named).toBe(answer.url)
      const resource = await oauth.processResourceDiscoveryResponse(table, answer)
      const issuer = new URL(resource.authorization_servers?.[0] ?? '')
      const as = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...TRANSPORT }),
      )

      const fields = { client_name: 'Stranger', redirect_uri: REDIRECT_URI, client_type: 'public' }
      const { clientId } = await registerApp(person, server, fields)
      const client: oauth.Client = { client_id: clientId }
      const verifier = oauth.generateRandomCodeVerifier()
      const state = oauth.generateRandomState()
      const request = new URL(as.authorization_endpoint ?? '')
      request.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        response_type: 'code',
        scope: 'view-table:shop/orders',
        resource: resource.resource,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      }).toString()
      const parameters = oauth.validateAuthResponse(as, client, await approve(person, request), state)
      const token = await oauth.processAuthorizationCodeResponse(
        as,
        client,
        await oauth.authorizationCodeGrantRequest(
          as,
          client,
          oauth.None(),
          parameters,
          REDIRECT_URI,
          verifier,
          TRANSPORT,
        ),
      )

      const rows = await oauth.protectedResourceRequest(
        token.access_token,
        'GET',
        table,
        new Headers(),
        null,
        TRANSPORT,
      )
      expect(await rows.json()).toMatchObject({ rows: [{ id: 1, item: 'bolts' }, { id: 2 }] })
    })
  },
)
