import { describe, expect, it } from 'vitest'
import type { ClientId, CodeChallenge, GrantId, RedirectUri } from '../ids.ts'
import { checkCode, type IssuedCode } from './authorization-code.ts'

const NOW = 1_800_000_000
const clientId = 'a'.repeat(32) as ClientId
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' as CodeChallenge
const grantId = 'b'.repeat(32) as GrantId

const code: IssuedCode = {
  clientId,
  redirectUri: 'https://app.example/cb' as RedirectUri,
  codeChallenge: null,
  expiresAt: NOW + 600,
  usedAt: null,
  grant: {
    grantId,
    userId: 'carol',
    scopes: { access: 'full' },
    resource: null,
    endedAt: null,
    refreshEndsAt: null,
  },
}
const guarded: IssuedCode = { ...code, codeChallenge: CHALLENGE }

function check(
  issued: IssuedCode | null,
  form: Readonly<Record<string, string>> = {},
  changes: { readonly clientId?: ClientId; readonly now?: number } = {},
) {
  return checkCode(issued, {
    form: new URLSearchParams({ redirect_uri: 'https://app.example/cb', ...form }),
    clientId,
    issuer: 'https://data.example',
    now: NOW,
    ...changes,
  })
}

const refused = (reason: string) => ({ ok: false, error: { reason } })

describe('checkCode', () => {
  it('accepts a code from the client that it was given to', () => {
    expect(check(code)).toEqual({ ok: true, value: code })
    expect(check(guarded, { code_verifier: VERIFIER })).toEqual({ ok: true, value: guarded })
  })

  it('refuses a code that nobody issued', () => {
    expect(check(null)).toEqual(refused('code-unknown'))
  })

  it('T22: refuses the code of another client', () => {
    expect(check(code, {}, { clientId: 'c'.repeat(32) as ClientId })).toEqual(
      refused('code-of-another-client'),
    )
  })

  it.each(['https://app.example/cb/', 'https://app.example/cB', ''])(
    'T23: refuses the redirect URI %j',
    (redirect_uri) => {
      expect(check(code, { redirect_uri })).toEqual(refused('redirect-uri-differs'))
    },
  )

  it('T21: refuses a code whose time is over, from its last second on', () => {
    expect(check(code, {}, { now: code.expiresAt - 1 }).ok).toBe(true)
    expect(check(code, {}, { now: code.expiresAt })).toEqual(refused('code-expired'))
  })

  it('T47: refuses a wrong verifier', () => {
    expect(check(guarded, { code_verifier: 'x'.repeat(43) })).toEqual(refused('verifier-wrong'))
  })

  it('T48: refuses a verifier of a wrong form', () => {
    for (const code_verifier of ['x'.repeat(42), 'x'.repeat(129), `${'x'.repeat(43)}%`]) {
      expect(check(guarded, { code_verifier })).toEqual(refused('verifier-wrong'))
    }
  })

  it('T49: refuses a verifier where no challenge was sent', () => {
    expect(check(code, { code_verifier: VERIFIER })).toEqual(refused('verifier-unexpected'))
  })

  it('T50: refuses a request without verifier where a challenge was sent', () => {
    expect(check(guarded)).toEqual(refused('verifier-missing'))
    expect(check(guarded, { code_verifier: '' })).toEqual(refused('verifier-missing'))
  })

  it('calls it a replay only when everything else was right', () => {
    const used = { ...guarded, usedAt: NOW - 1 }
    expect(check(used, { code_verifier: VERIFIER })).toEqual({
      ok: false,
      error: { reason: 'code-replayed', grantId },
    })
    expect(check(used, { code_verifier: 'x'.repeat(43) })).toEqual(refused('verifier-wrong'))
    expect(check(used, {}, { clientId: 'c'.repeat(32) as ClientId })).toEqual(
      refused('code-of-another-client'),
    )
  })

  it('still sees a replay after the code expired', () => {
    expect(check({ ...code, usedAt: NOW }, {}, { now: NOW + 9999 })).toMatchObject(refused('code-replayed'))
  })

  it('T106: refuses the code of a grant that has ended', () => {
    expect(check({ ...code, grant: { ...code.grant, endedAt: NOW } })).toEqual(refused('grant-ended'))
  })

  it('T70: refuses a resource outside the grant', () => {
    const bound = { ...code, grant: { ...code.grant, resource: 'https://data.example/-/mcp' } }
    expect(check(bound, { resource: 'https://data.example/-/mcp' }).ok).toBe(true)
    expect(check(bound).ok).toBe(true)
    expect(check(bound, { resource: 'https://data.example/' })).toEqual(refused('resource-outside-grant'))
    for (const whole of ['https://data.example', 'https://data.example/']) {
      expect(check(code, { resource: whole }).ok).toBe(true)
    }
    for (const part of ['https://data.example/-/mcp', 'https://data.example/?x=1']) {
      expect(check(code, { resource: part })).toEqual(refused('resource-outside-grant'))
    }
    expect(check(code, { resource: 'https://other.example/' })).toEqual(refused('resource-outside-grant'))
  })
})
