import { randomBytes, randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSigner } from '../../src/auth/signing.ts'
import { createTestServer, type TestServer } from '../../src/testing.ts'

/** 100,000 tokens that are nearly good. None may be taken for anybody's, and none may be a fault of the server. */

let server: TestServer
beforeAll(async () => {
  server = await createTestServer()
})
afterAll(() => server.close())

const TOTAL = 100_000
const SIGNED = '.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Tokens of different sizes: the long one is compressed. */
function goodTokens(): readonly string[] {
  const t = server.now()
  const limits = {
    r: { shop: Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`table${n}`, ['vt', 'ir']])) },
  }
  return [
    { a: 'root', t },
    { a: 'ann', t, d: 3600 },
    { a: 'ann', t, _r: limits },
  ].map((payload) => `dstok_${server.signer.sign(payload, 'token')}`)
}

/** Each way to spoil a token; what comes out is another text than the token. */
function spoilers(others: readonly string[]): readonly ((token: string) => string)[] {
  const at = (token: string) => 'dstok_'.length + randomInt(token.length - 'dstok_'.length)
  const letter = () => SIGNED.charAt(randomInt(SIGNED.length))
  const bodyOf = (token: string) => token.slice(0, token.lastIndexOf('.'))
  const payloads = [
    '{"a":"root","t":1800000000}',
    '[]',
    'null',
    '"t"',
    '{"t":1800000000}',
    '{"a":"root","t":1e400}',
    '{',
  ]
  return [
    // One bit of one byte.
    (token) => {
      const bytes = Buffer.from(token, 'latin1')
      const place = at(token)
      bytes[place] = (bytes[place] ?? 0) ^ (1 << randomInt(7))
      return bytes.toString('latin1')
    },
    // One letter for another.
    (token) => {
      const place = at(token)
      return token.slice(0, place) + letter() + token.slice(place + 1)
    },
    (token) => token.slice(0, at(token)),
    (token) => token + letter(),
    (token) => {
      const place = at(token)
      return token.slice(0, place) + token.slice(place + 1)
    },
    // The content of one with the signature of another.
    (token) =>
      `${bodyOf(token)}${(others[randomInt(others.length)] ?? '').slice(bodyOf(others[0] ?? '').length)}`,
    // Signed by somebody else, or here for something else.
    (token) => `dstok_${createSigner(randomBytes(8).toString('hex')).sign({ a: token, t: 1 }, 'token')}`,
    (token) =>
      `dstok_${server.signer.sign({ a: token, t: server.now() }, ['actor', 'messages', 'Token', 'token '][randomInt(4)] ?? '')}`,
    // Made up, with a signature that is none.
    () =>
      `dstok_${Buffer.from(payloads[randomInt(payloads.length)] ?? '').toString('base64url')}.${randomBytes(20).toString('base64url')}`,
    () =>
      `dstok_.${randomBytes(randomInt(1, 60)).toString('base64url')}.${randomBytes(20).toString('base64url')}`,
    () => `dstok_${randomBytes(randomInt(60)).toString('base64url')}`,
  ]
}

it('takes none of 100,000 spoilt tokens, and answers each with 401', async () => {
  const good = goodTokens()
  const spoil = spoilers(good)
  for (const token of good) expect((await server.request('/-/actor.json', { token })).status).toBe(200)

  const wrong: string[] = []
  let tried = 0
  while (tried < TOTAL) {
    const token = spoil[tried % spoil.length]?.(good[randomInt(good.length)] ?? '') ?? ''
    // A letter may have become itself, and a byte something that no header can carry.
    if (good.includes(token) || !/^dstok_[\u0021-\u007E]*$/u.test(token)) continue
    tried += 1
    const { status } = await server.request('/-/actor.json', { token })
    if (status !== 401) wrong.push(`${status} ${token}`)
  }
  expect(wrong).toEqual([])
}, 300_000)
