import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { fail, ok } from '../result.ts'
import { createSigner } from './signing.ts'
import { judgeTokenPayload, signToken, TOKEN_REFUSALS, verifyToken } from './token-format.ts'

const NOW = 1_700_000_000
const signer = createSigner('test-secret')
/** A number that keeps these digits when it is signed. */
const written = (digits: string) =>
  (JSON as unknown as { rawJSON: (text: string) => JsonValue }).rawJSON(digits)
const judge = (payload: JsonValue, maxTtlSeconds = 0) => judgeTokenPayload(payload, maxTtlSeconds, NOW)

describe('signToken', () => {
  it('writes the token that Datasette writes', () => {
    expect(signToken(signer, { a: 'root', t: 1_700_000_000 })).toBe(
      'dstok_eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.4ns8NT4dCEcNVNLgYv6oETBFN2I',
    )
  })

  it('signs further keys along', () => {
    const token = signToken(signer, { a: 'root', t: NOW, _r: { a: ['vi'] }, g: 'grant' })
    expect(verifyToken(signer, token)).toEqual(ok({ a: 'root', t: NOW, _r: { a: ['vi'] }, g: 'grant' }))
  })
})

describe('verifyToken', () => {
  it.each([
    ['a wrong signature', 'dstok_eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.AAAA'],
    ['a cookie with the prefix of a token', 'dstok_eyJhIjp7ImlkIjoicm9vdCJ9fQ.yXrt9PPFBrRdBoenSoHYyMQ3P1E'],
    ['the bare prefix', 'dstok_'],
    ['a good token without its prefix', 'eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.4ns8NT4dCEcNVNLgYv6oETBFN2I'],
  ])('refuses %s', (_what, token) => expect(verifyToken(signer, token)).toEqual(fail('bad-signature')))
})

describe('judgeTokenPayload of what verifyToken reads', () => {
  it.each<[string, JsonValue, keyof typeof TOKEN_REFUSALS]>([
    ['a time written as a float', { a: 'root', t: written('1700000000.0') }, 'bad-timestamp'],
    ['a time with an exponent', { a: 'root', t: written('1e9') }, 'bad-timestamp'],
    ['a lifetime written as a float', { a: 'root', t: NOW, d: written('60.0') }, 'bad-duration'],
    ['a lifetime with an exponent', { a: 'root', t: NOW, d: written('6E1') }, 'bad-duration'],
    ['a lifetime of 0.0, which is no 0', { a: 'root', t: NOW, d: written('0.0') }, 'bad-duration'],
    ['a float lifetime after a worse time', { a: 'root', t: 'x', d: written('60.0') }, 'bad-timestamp'],
    ['a time on a prototype', JSON.parse('{"__proto__": {"a": "root", "t": 0}}'), 'no-timestamp'],
    ['an actor on a prototype', JSON.parse('{"__proto__": {"a": "root"}, "t": 0}'), 'no-actor'],
  ])('refuses %s', (_what, payload, reason) => {
    const verified = verifyToken(signer, `dstok_${signer.sign(payload, 'token')}`)
    expect(verified.ok && judge(verified.value)).toEqual(fail(reason))
  })

  it('hands on an id that holds a float called t', () => {
    const payload = { a: { t: written('1.0') }, t: NOW }
    const verified = verifyToken(signer, `dstok_${signer.sign(payload, 'token')}`)
    expect(verified.ok && judge(verified.value)).toEqual(ok({ id: { t: 1 }, token: 'dstok' }))
  })
})

describe('judgeTokenPayload', () => {
  it('speaks for the actor for good when there is no lifetime', () => {
    expect(judge({ a: 'root', t: 0 })).toEqual(ok({ id: 'root', token: 'dstok' }))
    expect(judge({ a: 'root', t: 0, d: null })).toEqual(ok({ id: 'root', token: 'dstok' }))
    expect(judge({ a: 'root', t: 0, d: 0 })).toEqual(ok({ id: 'root', token: 'dstok' }))
  })

  it.each<JsonValue>(['ann', '', 12, 0, null, true, false, ['root'], { id: 'root' }])(
    'copies the id as it stands: %j',
    (id) => expect(judge({ a: id, t: 0 })).toEqual(ok({ id, token: 'dstok' })),
  )

  it('lives up to and including its last second', () => {
    expect(judge({ a: 'root', t: NOW - 60, d: 60 })).toEqual(
      ok({ id: 'root', token: 'dstok', token_expires: NOW }),
    )
    expect(judge({ a: 'root', t: NOW - 61, d: 60 })).toEqual(fail('expired'))
  })

  it('has expired at once with a negative lifetime', () => {
    expect(judge({ a: 'root', t: NOW, d: -1 })).toEqual(fail('expired'))
  })

  it('accepts a token from the future', () => {
    expect(judge({ a: 'root', t: NOW + 500 })).toEqual(ok({ id: 'root', token: 'dstok' }))
  })

  it('counts true as one, as Python does', () => {
    expect(judge({ a: 'root', t: true })).toEqual(ok({ id: 'root', token: 'dstok' }))
    expect(judge({ a: 'root', t: NOW, d: true })).toEqual(
      ok({ id: 'root', token: 'dstok', token_expires: NOW + 1 }),
    )
  })

  it('hands on nothing but id, restrictions and expiry, in that order', () => {
    const judged = judge({ e: 'x', d: 60, token: 'other', id: 'evil', _r: { a: ['vi'] }, t: NOW, a: 'ann' })
    const actor = { id: 'ann', token: 'dstok', _r: { a: ['vi'] }, token_expires: NOW + 60 }
    expect(JSON.stringify(judged)).toBe(JSON.stringify(ok(actor)))
  })

  it.each<JsonValue>([null, 'text', 5, [], { a: null }])(
    'hands on restrictions that make no sense: %j',
    (restrictions) => {
      const actor = { id: 'ann', token: 'dstok', _r: restrictions }
      expect(judge({ a: 'ann', t: NOW, _r: restrictions })).toEqual(ok(actor))
    },
  )

  it.each([
    ['no lifetime', { a: 'root', t: NOW - 600 }],
    ['a lifetime of null', { a: 'root', t: NOW - 600, d: null }],
    ['a lifetime of 0, which else never ends', { a: 'root', t: NOW - 600, d: 0 }],
    ['a longer lifetime', { a: 'root', t: NOW - 600, d: 601 }],
  ])('caps %s by the maximum', (_what, payload) => {
    expect(judge(payload, 600)).toEqual(ok({ id: 'root', token: 'dstok', token_expires: NOW }))
    expect(judge(payload, 599)).toEqual(fail('expired'))
  })

  it('leaves a shorter lifetime as it is', () => {
    const payload = { a: 'root', t: NOW, d: 30 }
    expect(judge(payload, 600)).toEqual(ok({ id: 'root', token: 'dstok', token_expires: NOW + 30 }))
  })

  it.each<[string, JsonValue, keyof typeof TOKEN_REFUSALS]>([
    ['no time', { a: 'root' }, 'no-timestamp'],
    ['a list', ['t', 'a'], 'no-timestamp'],
    ['a text', 'ta', 'no-timestamp'],
    ['a number', 7, 'no-timestamp'],
    ['null', null, 'no-timestamp'],
    ['a time in text', { a: 'root', t: '1700000000' }, 'bad-timestamp'],
    ['a time with a fraction', { a: 'root', t: 1.5 }, 'bad-timestamp'],
    ['a time of null', { a: 'root', t: null }, 'bad-timestamp'],
    ['a time beyond all integers', { a: 'root', t: 1e300 }, 'bad-timestamp'],
    ['a lifetime in text', { a: 'root', t: NOW, d: '60' }, 'bad-duration'],
    ['a lifetime with a fraction', { a: 'root', t: NOW, d: 0.5 }, 'bad-duration'],
    ['an empty lifetime', { a: 'root', t: NOW, d: '' }, 'bad-duration'],
    ['no actor', { t: NOW }, 'no-actor'],
  ])('refuses %s', (_what, payload, reason) => expect(judge(payload)).toEqual(fail(reason)))
})
