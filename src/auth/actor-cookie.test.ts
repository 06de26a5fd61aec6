import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { formatActorCookie, parseActorCookie } from './actor-cookie.ts'
import { formatBase62 } from './base62.ts'
import { createSigner } from './signing.ts'

const NOW = 1_700_000_000
const signer = createSigner('test-secret')
/** A number that keeps these digits when it is signed. */
const written = (digits: string) =>
  (JSON as unknown as { rawJSON: (text: string) => JsonValue }).rawJSON(digits)
const read = (payload: JsonValue) =>
  parseActorCookie(signer, signer.sign(payload, 'actor'), NOW)?.actor ?? null

describe('formatActorCookie', () => {
  it('writes the cookie that Datasette writes', () => {
    expect(formatActorCookie(signer, { actor: { id: 'root' }, sessionId: null }, null)).toBe(
      'eyJhIjp7ImlkIjoicm9vdCJ9fQ.yXrt9PPFBrRdBoenSoHYyMQ3P1E',
    )
  })

  it('comes back as the same actor until it expires', () => {
    const actors = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    fc.assert(
      fc.property(actors, fc.option(fc.integer({ min: NOW, max: 2 ** 40 })), (generated, expiresAt) => {
        const actor = JSON.parse(JSON.stringify(generated))
        for (const sessionId of [null, 'a session']) {
          const value = formatActorCookie(signer, { actor, sessionId }, expiresAt)
          expect(parseActorCookie(signer, value, NOW)).toEqual({ actor, sessionId })
        }
      }),
    )
  })
})

describe('parseActorCookie', () => {
  it('takes a session that is no text for no cookie at all', () => {
    for (const s of [1, {}, [], true]) expect(read({ a: { id: 'ann' }, s })).toBeNull()
    expect(read({ a: { id: 'ann' }, s: null })).toEqual({ id: 'ann' })
  })

  it('knows an actor without an expiry for good', () =>
    expect(read({ a: { id: 'ann' } })).toEqual({ id: 'ann' }))

  it('knows an actor up to and including the second of expiry', () => {
    expect(read({ a: { id: 'ann' }, e: formatBase62(NOW) })).toEqual({ id: 'ann' })
    expect(read({ a: { id: 'ann' }, e: formatBase62(NOW - 1) })).toBeNull()
  })

  it.each([
    ['an empty expiry is none', { a: { id: 'ann' }, e: '' }],
    ['a null expiry is none', { a: { id: 'ann' }, e: null }],
    ['a number is read as base 62 digits', { a: { id: 'ann' }, e: 99_999_999 }],
    ['a Unix time, even a past one, is a number far away', { a: { id: 'ann' }, e: NOW - 1 }],
    ['an expiry beyond all numbers is later than now', { a: { id: 'ann' }, e: 'zzzzzzzzzzzzzzzz' }],
    ['further keys are ignored', { a: { id: 'ann' }, x: 1 }],
  ])('signs in: %s', (_what, payload) => expect(read(payload)).toEqual({ id: 'ann' }))

  it('knows an actor without an id', () => expect(read({ a: { name: 'Ann' } })).toEqual({ name: 'Ann' }))

  it.each<[string, JsonValue]>([
    ['a number whose digits are long past', { a: { id: 'ann' }, e: 12 }],
    ['an expiry with a character outside the alphabet', { a: { id: 'ann' }, e: 'B!' }],
    ['an endless expiry with a character outside the alphabet', { a: { id: 'ann' }, e: 'zzzzzzzzzzzzzzzz!' }],
    ['a negative expiry', { a: { id: 'ann' }, e: -5 }],
    ['an expiry that is true', { a: { id: 'ann' }, e: true }],
    ['an expiry that is a list', { a: { id: 'ann' }, e: [] }],
    ['no actor', { id: 'root' }],
    ['an actor that is null', { a: null }],
    ['an empty actor', { a: {} }],
    ['an actor that is text', { a: 'root' }],
    ['an actor that is a list', { a: ['root'] }],
    ['a list', ['a', { id: 'root' }]],
    ['a text', 'a'],
    ['null', null],
  ])('is anonymous for %s', (_what, payload) => expect(read(payload)).toBeNull())

  it('reads the digits of a number as they are written', () => {
    const readWritten = (expiry: string) => read({ a: { id: 'ann' }, e: written(expiry) })
    expect(readWritten('1700000000000000000000000')).toEqual({ id: 'ann' })
    expect(readWritten('1700000000.0')).toBeNull()
    expect(readWritten('1e9')).toBeNull()
  })

  it('takes no key for a prototype', () => {
    expect(read(JSON.parse('{"__proto__": {"a": {"id": "root"}}}'))).toBeNull()
    const actor = read(JSON.parse('{"a": {"__proto__": {"id": "root"}}}'))
    expect(actor).not.toBeNull()
    expect(actor?.['id']).toBeUndefined()
  })

  it.each([
    ['another namespace', signer.sign({ a: { id: 'root' } }, 'token')],
    ['another secret', createSigner('other').sign({ a: { id: 'root' } }, 'actor')],
    ['garbage', 'not-a-signed-value'],
    ['an empty cookie', ''],
  ])('is anonymous for %s', (_what, value) => expect(parseActorCookie(signer, value, NOW)).toBeNull())
})
