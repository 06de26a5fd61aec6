import { describe, expect, it } from 'vitest'
import * as oauth from 'oauth4webapi'
import { jsonOf, startProvider } from '../test-app.ts'

const WELL_KNOWN = '/.well-known/oauth-authorization-server'

describe('GET /.well-known/oauth-authorization-server', () => {
  it('T62, T68: describes what works, to pages of any site', async () => {
    const server = await startProvider()
    const answer = await server.request(WELL_KNOWN, { headers: { origin: 'https://app.example' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(await jsonOf(answer)).toEqual({
      issuer: 'http://localhost:8001',
      authorization_endpoint: 'http://localhost:8001/-/oauth/authorize',
      token_endpoint: 'http://localhost:8001/-/oauth/token',
      revocation_endpoint: 'http://localhost:8001/-/oauth/revoke',
      introspection_endpoint: 'http://localhost:8001/-/oauth/introspect',
      scopes_supported: ['read', 'write', 'full-access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
    await server.close()
  })

  it('names offline_access only where access tokens expire', async () => {
    const server = await startProvider({ access_token_ttl: 60 })
    const { scopes_supported: scopes } = await jsonOf(await server.request(WELL_KNOWN))
    expect(scopes).toEqual(['read', 'write', 'full-access', 'offline_access'])
    await server.close()
  })

  it('names the device flow only while it is on', async () => {
    const server = await startProvider({ enable_device_flow: true })
    expect(await jsonOf(await server.request(WELL_KNOWN))).toMatchObject({
      device_authorization_endpoint: 'http://localhost:8001/-/oauth/device',
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    })
    await server.close()
  })

  it('T62, T63: stands before the base URL, and a strict client accepts it', async () => {
    const server = await startProvider({}, {}, { base_url: '/data/shop/', force_https_urls: true })
    const issuer = new URL('https://localhost:8001/data/shop')
    const response = await oauth.discoveryRequest(issuer, {
      algorithm: 'oauth2',
      [oauth.customFetch]: (address) => server.request(new URL(address).pathname),
    })
    const metadata = await oauth.processDiscoveryResponse(issuer, response)
    expect(metadata.token_endpoint).toBe('https://localhost:8001/data/shop/-/oauth/token')
    expect((await server.request(WELL_KNOWN)).status).toBe(404)
    await server.close()
  })
})
