import { describe, expect, it } from 'vitest'
import { CORE_ACTIONS } from '../../../permissions/core-actions.ts'
import { accessTokenPayload, tokenResponse } from './access-token.ts'
import type { GrantId } from './ids.ts'
import type { GrantedScopes } from './scope.ts'

const NOW = 1_800_000_000
const listed: GrantedScopes = { access: 'listed', scopes: [['view-table', 'my db', 'a/b']] }

const payload = (scopes: GrantedScopes, ttlSeconds: number | null) =>
  accessTokenPayload({
    grantId: 'a'.repeat(32) as GrantId,
    userId: 'carol',
    scopes,
    now: NOW,
    ttlSeconds,
    findAction: (name) => CORE_ACTIONS.find((action) => action.name === name) ?? null,
  })

describe('accessTokenPayload', () => {
  it('is the payload of a restricted Datasette token, with the grant', () => {
    expect(payload(listed, null)).toEqual({
      a: 'carol',
      t: NOW,
      _r: { r: { 'my db': { 'a/b': ['vt'] } } },
      g: 'a'.repeat(32),
    })
  })

  it('has a lifetime when tokens have one', () => {
    expect(payload(listed, 3600)).toMatchObject({ d: 3600 })
  })

  it('has no restrictions after full access was approved', () => {
    expect(payload({ access: 'full' }, null)).toEqual({ a: 'carol', t: NOW, g: 'a'.repeat(32) })
  })
})

describe('tokenResponse', () => {
  it('tells what was granted in both forms', () => {
    expect(tokenResponse('dstok_x', listed, null, null)).toEqual({
      access_token: 'dstok_x',
      token_type: 'bearer',
      scope: 'view-table:my%20db/a%2Fb',
      datasette_scopes: [['view-table', 'my db', 'a/b']],
    })
  })

  it('names full access', () => {
    expect(tokenResponse('dstok_x', { access: 'full' }, 60, 'dsrt_x')).toEqual({
      access_token: 'dstok_x',
      token_type: 'bearer',
      expires_in: 60,
      refresh_token: 'dsrt_x',
      scope: 'full-access',
      datasette_scopes: [['full-access']],
    })
  })
})
