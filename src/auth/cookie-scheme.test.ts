import { describe, expect, it } from 'vitest'
import { formatActorCookie } from './actor-cookie.ts'
import { createCookieScheme } from './cookie-scheme.ts'
import { createSigner } from './signing.ts'

const NOW = 1_700_000_000
const signer = createSigner('test-secret')
const scheme = createCookieScheme({
  signer,
  clock: { now: () => NOW },
  findSession: async (id) =>
    id === 'live' ? { actor: { id: 'ann', roles: ['x'] }, expiresAt: NOW + 9 } : null,
})
const ADDRESS = '192.0.2.1'
const ask = (cookie: string) => scheme(new Request('http://site.test/', { headers: { cookie } }), ADDRESS)
const ANN = formatActorCookie(signer, { actor: { id: 'ann' }, sessionId: null }, null)

describe('createCookieScheme', () => {
  it('signs in whoever carries a good cookie', async () => {
    expect(await ask(`ds_actor=${ANN}`)).toEqual({
      kind: 'actor',
      actor: { id: 'ann' },
      session: null,
      grant: null,
    })
  })

  it('is not put off by broken cookies around it', async () => {
    expect(await ask(`a; b={"x":1}; ds_actor=${ANN}; =; c`)).toEqual({
      kind: 'actor',
      actor: { id: 'ann' },
      session: null,
      grant: null,
    })
  })

  it.each([
    ['no cookie of that name', 'a=b'],
    ['a forged cookie', 'ds_actor=x.y'],
    ['an empty cookie', 'ds_actor=""'],
    [
      'an expired cookie',
      `ds_actor=${formatActorCookie(signer, { actor: { id: 'ann' }, sessionId: null }, NOW - 1)}`,
    ],
  ])('does not speak for %s', async (_what, cookie) =>
    expect(await ask(cookie)).toEqual({ kind: 'not-mine' }),
  )

  it('does not speak for a request without cookies', async () => {
    expect(await scheme(new Request('http://site.test/'), ADDRESS)).toEqual({ kind: 'not-mine' })
  })

  it('takes what is known of a person from the session that the cookie names', async () => {
    const cookie = formatActorCookie(signer, { actor: { id: 'ann' }, sessionId: 'live' }, NOW)
    expect(await ask(`ds_actor=${cookie}`)).toEqual({
      kind: 'actor',
      actor: { id: 'ann', roles: ['x'] },
      session: { id: 'live', expiresAt: NOW + 9 },
      grant: null,
    })
  })

  it('does not speak for a good cookie whose session was ended', async () => {
    const cookie = formatActorCookie(signer, { actor: { id: 'ann' }, sessionId: 'ended' }, NOW)
    expect(await ask(`ds_actor=${cookie}`)).toEqual({ kind: 'not-mine' })
  })
})
