import { describe, expect, it } from 'vitest'
import { oauthConfigSchema } from './config.ts'

const messagesOf = (config: object): readonly string[] =>
  (oauthConfigSchema.safeParse(config).error?.issues ?? []).map(
    (issue) => `${issue.path.join('.')}: ${issue.message}`,
  )

describe('oauthConfigSchema', () => {
  it('fills in the documented defaults', () => {
    expect(oauthConfigSchema.parse({})).toEqual({
      enable_device_flow: false,
      allow_root_device_tokens: false,
      require_pkce: false,
      access_token_ttl: null,
      refresh_token_ttl: 2_592_000,
      refresh_token_grace: 30,
      enable_dynamic_registration: false,
      enable_client_id_metadata: false,
    })
  })

  it('takes what this version can do', () => {
    const config = {
      require_pkce: true,
      access_token_ttl: 3600,
      refresh_token_ttl: 86_400,
      refresh_token_grace: 0,
      enable_device_flow: true,
      allow_root_device_tokens: true,
      enable_dynamic_registration: true,
      enable_client_id_metadata: true,
    }
    expect(oauthConfigSchema.parse(config)).toMatchObject(config)
  })

  it.each([
    { access_token_ttl: 0 },
    { access_token_ttl: -1 },
    { access_token_ttl: '60' },
    { refresh_token_ttl: 0 },
    { refresh_token_ttl: null },
    { refresh_token_grace: -1 },
    { refresh_token_grace: 0.5 },
    { require_pkce: 'yes' },
  ])('refuses %j', (config) => expect(messagesOf(config)).toHaveLength(1))

  it('calls an unknown key a fault and names it', () => {
    expect(messagesOf({ enable_devise_flow: true }).join()).toContain('enable_devise_flow')
  })
})
