import { describe, expect, it } from 'vitest'
import { formatActorCookie } from './actor-cookie.ts'
import { createAuthenticator } from './authenticate.ts'
import { createCookieScheme } from './cookie-scheme.ts'
import { createSigner } from './signing.ts'
import { signToken } from './token-format.ts'
import { createTokenScheme } from './token-scheme.ts'
import { createTokenVerifier } from './token-verifier.ts'

const clock = { now: () => 1_700_000_000 }
const signer = createSigner('test-secret')
const authenticate = createAuthenticator([
  createTokenScheme({
    verify: createTokenVerifier(signer),
    clock,
    allowSignedTokens: true,
    maxTtlSeconds: 0,
    tokenGrant: async () => null,
  }),
  createCookieScheme({ signer, clock, findSession: async () => null }),
])

const cookie = `ds_actor=${formatActorCookie(signer, { actor: { id: 'ann' }, sessionId: null }, null)}`
const token = `Bearer ${signToken(signer, { a: 'bob', t: 0 })}`
const ask = (headers: Record<string, string>) =>
  authenticate(new Request('http://site.test/', { headers }), '192.0.2.1')

describe('createAuthenticator', () => {
  it('knows nobody without credentials', async () => {
    expect(await ask({})).toEqual({ kind: 'known', session: null, grant: null, actor: null })
  })

  it('knows the actor of a cookie and the actor of a token', async () => {
    expect(await ask({ cookie })).toEqual({ kind: 'known', session: null, grant: null, actor: { id: 'ann' } })
    expect(await ask({ authorization: token })).toEqual({
      kind: 'known',
      session: null,
      grant: null,
      actor: { id: 'bob', token: 'dstok' },
    })
  })

  it('lets a good token beat a good cookie', async () => {
    expect(await ask({ authorization: token, cookie })).toEqual({
      kind: 'known',
      session: null,
      grant: null,
      actor: { id: 'bob', token: 'dstok' },
    })
  })

  it('refuses a bad token even beside a good cookie', async () => {
    const expected = { kind: 'refused', message: 'Invalid token signature' }
    expect(await ask({ authorization: 'Bearer dstok_x.y', cookie })).toEqual(expected)
  })

  it('ignores a token of another kind beside a good cookie', async () => {
    expect(await ask({ authorization: 'Bearer other', cookie })).toEqual({
      kind: 'known',
      session: null,
      grant: null,
      actor: { id: 'ann' },
    })
  })
})
