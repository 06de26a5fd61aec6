import { describe, expect, it } from 'vitest'
import { auth0ConfigSchema, oidcConfigSchema } from './config.ts'

const faults = (schema: typeof oidcConfigSchema | typeof auth0ConfigSchema, block: unknown) =>
  (schema.safeParse(block).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)

const CORP = { issuer: 'https://id.example', client_id: 'x', client_secret: 's' }
const TENANT = { domain: 'example.eu.auth0.com', client_id: 'x', client_secret: 's' }

describe('oidcConfigSchema', () => {
  it('takes none, one and several', () => {
    expect(oidcConfigSchema.parse({})).toEqual([])
    expect(oidcConfigSchema.parse(CORP)).toMatchObject([
      { name: 'provider', scope: 'openid profile email', actor_id_claim: 'sub', claims: {} },
    ])
    expect(oidcConfigSchema.parse([CORP, { ...CORP, name: 'other' }])).toHaveLength(2)
  })

  it('names the key that is missing or wrong', () => {
    expect(faults(oidcConfigSchema, { issuer: 'https://id.example' })).toEqual([
      expect.stringMatching(/^0\.client_id: /u),
    ])
    expect(faults(oidcConfigSchema, { ...CORP, client_secert: 's' }).join()).toContain('client_secert')
    expect(faults(oidcConfigSchema, [CORP, CORP]).join()).toContain('a name of its own')
  })

  it.each([
    'http://id.example',
    'id.example',
    'https://me@id.example',
    'https://id.example/?a',
    'javascript:x',
    'http://127.0.0.1.evil.example',
  ])('refuses the issuer %s', (issuer) =>
    expect(faults(oidcConfigSchema, { ...CORP, issuer })).toHaveLength(1),
  )

  it.each(['https://id.example/realms/a', 'http://127.0.0.1:9000', 'http://[::1]:9000/', 'http://localhost'])(
    'takes the issuer %s',
    (issuer) => expect(faults(oidcConfigSchema, { ...CORP, issuer })).toEqual([]),
  )
})

describe('auth0ConfigSchema', () => {
  it('takes none, and one with everything in it', () => {
    expect(auth0ConfigSchema.parse({})).toBeNull()
    expect(auth0ConfigSchema.parse(TENANT)).toMatchObject(TENANT)
  })

  it('names each key that is missing, as the original does', () => {
    expect(faults(auth0ConfigSchema, { domain: TENANT.domain }).join()).toMatch(/client_secret.*client_id/u)
  })

  it.each(['https://example.auth0.com', 'example.auth0.com/x', 'a@b', 'example.com:8443', ''])(
    'refuses the domain %j',
    (domain) => expect(faults(auth0ConfigSchema, { ...TENANT, domain })).toHaveLength(1),
  )
})
