import { describe, expect, it } from 'vitest'
import * as oauth from 'oauth4webapi'
import { jsonOf, startProvider } from '../../test-app.ts'

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

const RESOURCE = '/.well-known/oauth-protected-resource'

describe('GET /.well-known/oauth-protected-resource', () => {
  it.each([
    ['', ''],
    ['/team/posts.json', '/team/posts.json'],
    ['/team/posts/1,2.json', '/team/posts/1,2.json'],
    ['/team/no~2Esuch%20table', '/team/no~2Esuch%20table'],
    ['//evil.example/x', '//evil.example/x'],
  ])('T65: with %j, describes that address, whether anything is there or not', async (path, resource) => {
    const server = await startProvider()
    const answer = await server.request(RESOURCE + path, { headers: { origin: 'https://app.example' } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    expect(await jsonOf(answer)).toEqual({
      resource: `http://localhost:8001${resource}`,
      authorization_servers: ['http://localhost:8001'],
      bearer_methods_supported: ['header'],
    })
    await server.close()
  })

  it('T63, T65: stands before the base URL, behind a proxy whose word on the host is not asked for', async () => {
    const server = await startProvider(
      {},
      { trustedProxies: ['10.0.0.1'] },
      { base_url: '/data/', force_https_urls: true },
    )
    const headers = {
      host: 'data.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '192.0.2.7',
    }
    const ask = (path: string) => server.request(path, { headers, address: '10.0.0.1' })
    const resource = 'https://data.example/data/team/posts.json'
    expect(await jsonOf(await ask(`${RESOURCE}/data/team/posts.json`))).toMatchObject({
      resource,
      authorization_servers: ['https://data.example/data'],
    })
    expect((await ask(`${RESOURCE}/team/posts.json`)).status).toBe(404)
    // The proxy may take the base URL away.
    for (const path of ['/data/team/plans.json?_size=1', '/team/plans.json']) {
      expect((await ask(path)).headers.get('www-authenticate')).toBe(
        'Bearer resource_metadata="https://data.example/.well-known/oauth-protected-resource/data/team/plans.json"',
      )
    }
    await server.close()
  })

  it('names the server as a whole where an address is too long to be kept', async () => {
    const server = await startProvider()
    const path = `/team/plans/${'1'.repeat(1100)}.json`
    expect((await server.request(path)).headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="http://localhost:8001/.well-known/oauth-protected-resource"',
    )
    await server.close()
  })
})

describe('an address that is not https', () => {
  it.each([
    ['data.example', 400],
    ['192.168.1.5:8001', 400],
    ['127.0.0.1.evil.example', 400],
    ['127.0.0.1:8001', 200],
    ['[::1]:8001', 200],
    ['localhost', 200],
  ])('T63: at %s, metadata is answered with %i', async (host, status) => {
    const server = await startProvider()
    const headers = { host }
    for (const path of [WELL_KNOWN, RESOURCE, `${RESOURCE}/team/posts.json`]) {
      const answer = await server.request(path, { headers })
      expect(answer.status).toBe(status)
      if (status === 400) {
        expect(await jsonOf(answer)).toMatchObject({
          error_description: expect.stringContaining('switch force_https_urls on'),
        })
      }
    }
    const challenge = (await server.request('/team/plans.json', { headers })).headers.get('www-authenticate')
    expect(challenge === 'Bearer').toBe(status === 400)
    await server.close()
  })
})

describe('what the metadata says', () => {
  it('T64: has no empty list, and every endpoint in it answers', async () => {
    const server = await startProvider({ enable_device_flow: true })
    const metadata = await jsonOf(await server.request(WELL_KNOWN))
    expect(Object.values(metadata).filter((value) => Array.isArray(value) && value.length === 0)).toEqual([])
    const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint'))
    expect(endpoints.length).toBeGreaterThan(2)
    for (const [name, address] of endpoints) {
      const path = new URL(String(address)).pathname
      const form = name === 'authorization_endpoint' ? {} : { form: { a: 'b' } }
      expect([name, (await server.request(path, form)).status]).not.toEqual([name, 404])
    }
    await server.close()
  })

  it('T66: answers preflights of any site without credentials, and the pages where people decide never do', async () => {
    const server = await startProvider({ enable_device_flow: true }, { cors: true })
    const preflight = (path: string) =>
      server.request(path, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      })
    for (const path of [WELL_KNOWN, RESOURCE, `${RESOURCE}/team/posts.json`, '/-/oauth/token']) {
      const { headers } = await preflight(path)
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
    for (const path of ['/-/oauth/authorize', '/-/oauth/device/verify']) {
      expect((await preflight(path)).headers.get('access-control-allow-origin')).toBeNull()
      const page = await server.request(path, { headers: { origin: 'https://app.example' } })
      expect(page.headers.get('access-control-allow-origin')).toBeNull()
    }
    await server.close()
  })
})
