import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSigner } from './signing.ts'
import { signToken } from './token-format.ts'
import type { Restrictions } from '../permissions/restrictions.ts'
import { createTokenScheme, type TokenGrant, type TokenSchemeDeps } from './token-scheme.ts'
import { createTokenVerifier } from './token-verifier.ts'

const NOW = 1_700_000_000
const signer = createSigner('test-secret')
const V5 = 'dstok_eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.4ns8NT4dCEcNVNLgYv6oETBFN2I'
const V6 = 'dstok_eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDAsImQiOjYwfQ.41h24TsBfSufbdahSpuCeeQ6y2E'
const V7 =
  'dstok_.eJxVjEEKgCAURO8ya4NaBV4lJCx_8CEV9GML6e5ptOkt5z2mwkIjs48BCgI9zeOHwpqgaw8WFG66MF2Ds2I3mwlGwXW_xyAUpFeUYW6F9JsrDj59fl-kvXBqUeMBmTclpA.JwP2ABnye1Vf7oNrkphtewquEfU'

const ROOT = { kind: 'actor', session: null, grant: null, actor: { id: 'root', token: 'dstok' } }
const ADDRESS = '192.0.2.1'
const NOT_MINE = { kind: 'not-mine' }
const refusedWith = (message: string) => ({ kind: 'refused', message })
const refusal = (message: string): TokenGrant => ({ kind: 'refused', message })

const schemeWith = (deps: Partial<TokenSchemeDeps> = {}) =>
  createTokenScheme({
    verify: createTokenVerifier(signer),
    clock: { now: () => NOW + 1000 },
    allowSignedTokens: true,
    maxTtlSeconds: 0,
    tokenGrant: async () => null,
    ...deps,
  })
const withAuthorization = (authorization: string) =>
  new Request('http://site.test/', { headers: { authorization } })
const ask = (token: string, deps: Partial<TokenSchemeDeps> = {}) =>
  schemeWith(deps)(withAuthorization(`Bearer ${token}`), ADDRESS)

describe('createTokenScheme', () => {
  it('knows the actor of a token without a lifetime', async () => expect(await ask(V5)).toEqual(ROOT))

  it('knows the actor of a compressed token, with its restrictions', async () => {
    const restrictions = {
      a: ['vi', 'view-database'],
      d: { content: ['es'] },
      r: { content: { films: ['vt', 'ir'] } },
    }
    expect(await ask(V7)).toEqual({
      kind: 'actor',
      session: null,
      grant: null,
      actor: { id: 'simon', token: 'dstok', _r: restrictions },
    })
  })

  it.each([
    ['a wrong signature', 'dstok_eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.AAAA'],
    ['a cookie in place of a token', 'dstok_eyJhIjp7ImlkIjoicm9vdCJ9fQ.yXrt9PPFBrRdBoenSoHYyMQ3P1E'],
    ['the bare prefix', 'dstok_'],
    ['two tokens in two headers', `${V5}, Bearer ${V5}`],
  ])('refuses %s', async (_what, token) => {
    expect(await ask(token)).toEqual(refusedWith('Invalid token signature'))
  })

  it('T38: refuses an expired token and a revoked one', async () => {
    expect(await ask(V6)).toEqual(refusedWith('Token has expired'))
    expect(await ask(V5, { tokenGrant: async () => refusal('This access was ended') })).toEqual(
      refusedWith('This access was ended'),
    )
  })

  it('refuses a signed token that is not JSON, without an error', async () => {
    const body = Buffer.from('hello').toString('base64url')
    const key = createHash('sha1').update('tokensignertest-secret').digest()
    const signature = createHmac('sha1', key).update(body).digest('base64url')
    expect(await ask(`dstok_${body}.${signature}`)).toEqual(refusedWith('Invalid token: unreadable payload'))
  })

  it.each([
    ['no-timestamp', { a: 'root' }, 'Invalid token: no timestamp'],
    ['bad-timestamp', { a: 'root', t: 'x' }, 'Invalid token: invalid timestamp'],
    ['bad-duration', { a: 'root', t: NOW, d: 'x' }, 'Invalid token: invalid duration'],
    ['no-actor', { t: NOW }, 'Invalid token: no actor id'],
  ])('says why a payload is refused: %s', async (_reason, payload, message) => {
    expect(await ask(`dstok_${signer.sign(payload, 'token')}`)).toEqual(refusedWith(message))
  })

  it('refuses every token of ours when tokens are switched off, before it looks at the signature', async () => {
    const off = refusedWith('Signed tokens are not enabled for this Datasette instance')
    expect(await ask(V5, { allowSignedTokens: false })).toEqual(off)
    expect(await ask('dstok_x.y', { allowSignedTokens: false })).toEqual(off)
    expect(await ask('xyz', { allowSignedTokens: false })).toEqual(NOT_MINE)
  })

  it('applies the longest lifetime that tokens may have', async () => {
    expect(await ask(V5, { maxTtlSeconds: 999 })).toEqual(refusedWith('Token has expired'))
  })

  it('looks at the clock and asks the plugins anew each time, although the signature is remembered', async () => {
    let now = NOW
    let ended: string | null = null
    const scheme = schemeWith({
      clock: { now: () => now },
      tokenGrant: async () => (ended === null ? null : refusal(ended)),
    })
    const request = withAuthorization(`Bearer ${signToken(signer, { a: 'ann', t: NOW, d: 60 })}`)

    const actor = { id: 'ann', token: 'dstok', token_expires: NOW + 60 }
    expect(await scheme(request, ADDRESS)).toEqual({ kind: 'actor', session: null, grant: null, actor })
    ended = 'This access was ended'
    expect(await scheme(request, ADDRESS)).toEqual(refusedWith('This access was ended'))
    now = NOW + 61
    expect(await scheme(request, ADDRESS)).toEqual(refusedWith('Token has expired'))
  })

  it('shows plugins the whole payload, and only of tokens that are otherwise good', async () => {
    const seen: unknown[] = []
    const tokenGrant: TokenSchemeDeps['tokenGrant'] = async (payload) => {
      seen.push(payload)
      return null
    }
    await ask(signToken(signer, { a: 'ann', t: NOW, g: 'grant' }), { tokenGrant })
    await ask(V6, { tokenGrant })
    await ask('dstok_x.y', { tokenGrant })
    expect(seen).toEqual([{ a: 'ann', t: NOW, g: 'grant' }])
  })

  it('adds what the grant knows of the person, and lets it say nothing of who that is or what the token may do', async () => {
    const person = { role: 'staff', id: 'root', token: '', _r: null, token_expires: 1, name: 'Ann' }
    const token = signToken(signer, { a: 'ann', t: NOW, _r: { a: ['vi'] } })
    const grant = { id: 'g', client: { id: 'c', name: 'Shop' } }
    expect(
      await ask(token, { tokenGrant: async () => ({ kind: 'live', person, grant, restrictions: [] }) }),
    ).toEqual({
      kind: 'actor',
      session: null,
      grant,
      actor: { id: 'ann', token: 'dstok', _r: { a: ['vi'] }, role: 'staff', name: 'Ann' },
    })
  })

  it('takes away what the grant gives no longer, also from a token without restrictions, and adds nothing', async () => {
    const grant = { id: 'g', client: { id: 'c', name: 'Shop' } }
    const rightsOf = async (own: object | null, restrictions: Restrictions) => {
      const token = signToken(signer, { a: 'ann', t: NOW, ...(own !== null && { _r: { ...own } }) })
      const live = { kind: 'live', person: {}, grant, restrictions: [restrictions] } as const
      const answer = await ask(token, { tokenGrant: async () => live })
      return answer.kind === 'actor' ? answer.actor?.['_r'] : answer
    }
    const most = { a: ['vi'], d: { shop: ['vt'] }, r: { blog: { posts: ['ir'] } } }
    expect(await rightsOf(null, most)).toEqual(most)
    expect(await rightsOf({ a: ['vi', 'vt', 'ir', 'ur'] }, most)).toEqual(most)
    expect(
      await rightsOf({ r: { shop: { orders: ['vt', 'ir'] }, blog: { posts: ['vt', 'ir'] } } }, most),
    ).toEqual({
      r: { shop: { orders: ['vt'] }, blog: { posts: ['ir'] } },
    })
    expect(await rightsOf({ a: ['dr'], d: { other: ['vt'] } }, most)).toEqual({})
    expect(await rightsOf({}, most)).toEqual({})
    expect(await rightsOf({ a: 'vi' }, most)).toEqual({})
  })

  it.each(['bearer', 'BEARER', 'bEaReR'])('T42: takes the scheme name in any case (%s)', async (name) => {
    expect(await schemeWith()(withAuthorization(`${name} ${V5}`), ADDRESS)).toEqual(ROOT)
  })

  it.each([
    ['another scheme', `Basic ${V5}`],
    ['a token of another kind', 'Bearer abc_123'],
    ['two spaces before the token', `Bearer  ${V5}`],
    ['a tab before the token', `Bearer\t${V5}`],
    ['no token', 'Bearer'],
    ['a token without a scheme', V5],
  ])('leaves %s to others', async (_what, authorization) => {
    expect(await schemeWith()(withAuthorization(authorization), ADDRESS)).toEqual(NOT_MINE)
  })

  it('T41: does not look at ?access_token= or ?_token=', async () => {
    const request = new Request(`http://site.test/?access_token=${V5}&_token=${V5}`)
    expect(await schemeWith()(request, ADDRESS)).toEqual(NOT_MINE)
  })
})
