import { createHash, createHmac } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { fail, ok } from '../result.ts'
import { createSigner } from './signing.ts'

const signer = createSigner('test-secret')

/** What somebody who knows the secret can sign: any body, also one that this program would not write. */
function signRaw(body: string, namespace: string): string {
  const key = createHash('sha1').update(`${namespace}signertest-secret`).digest()
  return `${body}.${createHmac('sha1', key).update(body).digest('base64url')}`
}

const PLAIN_VECTORS: [name: string, namespace: string, value: JsonValue, text: string][] = [
  ['V1', 'actor', { a: { id: 'root' } }, 'eyJhIjp7ImlkIjoicm9vdCJ9fQ.yXrt9PPFBrRdBoenSoHYyMQ3P1E'],
  [
    'V2',
    'actor',
    { a: { id: 'root' }, e: 'B1jMJI' },
    'eyJhIjp7ImlkIjoicm9vdCJ9LCJlIjoiQjFqTUpJIn0.zEYg5krrv05jTjJScoFmo-EmR7Q',
  ],
  [
    'V3, with characters beyond ASCII',
    'actor',
    { a: { id: 'zoë', name: '日本語 😀' } },
    'eyJhIjp7ImlkIjoiem_DqyIsIm5hbWUiOiLml6XmnKzoqp4g8J-YgCJ9fQ.-M7mswlw2-yjB-slmR4nw9TjOUc',
  ],
  [
    'V4',
    'messages',
    [
      ['Hello & <b>', 1],
      ['Careful', 2],
    ],
    'W1siSGVsbG8gJiA8Yj4iLDFdLFsiQ2FyZWZ1bCIsMl1d.1cGMr7vpWUIxV-eWQ_5rs5t9VpM',
  ],
  [
    'V5',
    'token',
    { a: 'root', t: 1700000000 },
    'eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDB9.4ns8NT4dCEcNVNLgYv6oETBFN2I',
  ],
  [
    'V6',
    'token',
    { a: 'root', t: 1700000000, d: 60 },
    'eyJhIjoicm9vdCIsInQiOjE3MDAwMDAwMDAsImQiOjYwfQ.41h24TsBfSufbdahSpuCeeQ6y2E',
  ],
  ['V9', 'default', { hello: 'world' }, 'eyJoZWxsbyI6IndvcmxkIn0.oQm_ZBVjWY2c0NW3ACNNlGXofZI'],
]

const COMPRESSED_VECTORS: [name: string, namespace: string, value: JsonValue, text: string][] = [
  [
    'V7',
    'token',
    {
      a: 'simon',
      t: 1700000000,
      _r: { a: ['vi', 'view-database'], d: { content: ['es'] }, r: { content: { films: ['vt', 'ir'] } } },
    },
    '.eJxVjEEKgCAURO8ya4NaBV4lJCx_8CEV9GML6e5ptOkt5z2mwkIjs48BCgI9zeOHwpqgaw8WFG66MF2Ds2I3mwlGwXW_xyAUpFeUYW6F9JsrDj59fl-kvXBqUeMBmTclpA.JwP2ABnye1Vf7oNrkphtewquEfU',
  ],
  [
    'V8',
    'actor',
    { a: { id: 'x'.repeat(200) } },
    '.eJyrVkpUsqpWykxRslKqGCZAqbYWAJhKYh8.7DjpgUjgeOeoSgFeuP0y_AdE9y8',
  ],
]

describe('Signer.sign', () => {
  it.each(PLAIN_VECTORS)('writes vector %s character by character', (_name, namespace, value, text) => {
    expect(signer.sign(value, namespace)).toBe(text)
  })

  it.each(COMPRESSED_VECTORS)(
    'compresses where it is shorter, as in vector %s',
    (_name, namespace, value) => {
      const text = signer.sign(value, namespace)
      expect(text.startsWith('.')).toBe(true)
      expect(signer.verify(text, namespace)).toEqual(ok(value))
    },
  )
})

describe('Signer.verify', () => {
  it.each([...PLAIN_VECTORS, ...COMPRESSED_VECTORS])('reads vector %s', (_name, namespace, value, text) => {
    expect(signer.verify(text, namespace)).toEqual(ok(value))
  })

  it('reads back whatever was signed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, namespace) => {
        const written: JsonValue = JSON.parse(JSON.stringify(value))
        expect(signer.verify(signer.sign(written, namespace), namespace)).toEqual(ok(written))
      }),
    )
  })

  it('refuses a text in which one character was changed', () => {
    const texts = [...PLAIN_VECTORS, ...COMPRESSED_VECTORS].map(([, namespace, , text]) => ({
      namespace,
      text,
    }))
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
          fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
        ),
        ({ namespace, text }, seed, replacement) => {
          const at = seed % text.length
          fc.pre(text[at] !== replacement)
          const changed = text.slice(0, at) + replacement + text.slice(at + 1)
          expect(signer.verify(changed, namespace)).toEqual(fail('bad-signature'))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('refuses every other last character of a signature, although base64 ignores two bits of it', () => {
    const text = signer.sign({ a: 1 }, 'actor')
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
    const others = digits.filter((digit) => !text.endsWith(digit))
    expect(others).toHaveLength(63)
    for (const other of others) {
      expect(signer.verify(text.slice(0, -1) + other, 'actor')).toEqual(fail('bad-signature'))
    }
  })

  it.each([
    ['another namespace', () => signer.sign({ a: 1 }, 'token')],
    ['another secret', () => createSigner('other').sign({ a: 1 }, 'actor')],
    ['a text without a signature', () => 'eyJhIjoxfQ'],
    ['an empty text', () => ''],
    ['a dot', () => '.'],
    ['an empty signature', () => 'eyJhIjoxfQ.'],
    ['a signature with padding', () => `${signer.sign({ a: 1 }, 'actor')}=`],
  ])('refuses %s', (_what, text) => {
    expect(signer.verify(text(), 'actor')).toEqual(fail('bad-signature'))
  })

  it.each([
    ['text that is not JSON', Buffer.from('hello').toString('base64url')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64url')],
    ['no content', ''],
    ['a mark of compression before what is not compressed', `.${Buffer.from('{}').toString('base64url')}`],
    ['compressed text that is not JSON', `.${deflateSync('hello').toString('base64url')}`],
  ])('tells a right signature over %s from a wrong one', (_what, body) => {
    expect(signer.verify(signRaw(body, 'actor'), 'actor')).toEqual(fail('bad-payload'))
  })

  it('does not inflate a body without end', () => {
    const bomb = deflateSync(JSON.stringify('x'.repeat(2_000_000))).toString('base64url')
    expect(signer.verify(signRaw(`.${bomb}`, 'actor'), 'actor')).toEqual(fail('bad-payload'))
  })

  it('T107: accepts the previous secret while it is accepted, and signs with the present one alone', () => {
    let isAccepted = true
    const before = createSigner('old')
    const rotated = createSigner('new', { secret: 'old', isAccepted: () => isAccepted })
    const old = before.sign({ a: 1 }, 'actor')
    expect(rotated.verify(old, 'actor')).toEqual(ok({ a: 1 }))
    expect(rotated.verify(old, 'token')).toEqual(fail('bad-signature'))
    expect(rotated.sign({ a: 1 }, 'actor')).toBe(createSigner('new').sign({ a: 1 }, 'actor'))
    expect(rotated.signatures({ a: 1 }, 'actor')).toEqual([rotated.sign({ a: 1 }, 'actor'), old])
    for (const text of ['', '.', createSigner('third').sign({ a: 1 }, 'actor')]) {
      expect(rotated.verify(text, 'actor')).toEqual(fail('bad-signature'))
    }

    isAccepted = false
    expect(rotated.verify(old, 'actor')).toEqual(fail('bad-signature'))
    expect(rotated.verify(rotated.sign({ a: 1 }, 'actor'), 'actor')).toEqual(ok({ a: 1 }))
    expect(rotated.signatures({ a: 1 }, 'actor')).toEqual([rotated.sign({ a: 1 }, 'actor')])
  })

  it('makes a keyed hash of a text, another one under each secret and namespace', () => {
    const rotated = createSigner('test-secret', { secret: 'old', isAccepted: () => true })
    expect(signer.mac('text', 'a')).toMatch(/^[\w-]{27}$/u)
    expect(rotated.mac('text', 'a')).toBe(signer.mac('text', 'a'))
    const others = [signer.mac('text', 'b'), signer.mac('other', 'a'), createSigner('old').mac('text', 'a')]
    expect(others).not.toContain(signer.mac('text', 'a'))
  })

  it('uses the secret as it is, spaces and all', () => {
    const text = createSigner(' s ').sign(1, 'actor')
    expect(createSigner('s').verify(text, 'actor')).toEqual(fail('bad-signature'))
  })
})
