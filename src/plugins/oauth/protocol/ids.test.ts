import { describe, expect, it } from 'vitest'
import { systemRandom, type Random } from '../../../random.ts'
import {
  hashSecret,
  isClientId,
  isGrantId,
  newAuthorizationCode,
  newClientId,
  newClientSecret,
  newGrantId,
  newTicketNonce,
} from './ids.ts'

function counting(): Random & { readonly asked: number[] } {
  const asked: number[] = []
  return {
    asked,
    bytes: (count) => {
      asked.push(count)
      return new Uint8Array(count).fill(0xab)
    },
  }
}

describe('secrets', () => {
  it('T33: take 256 random bits each', () => {
    const random = counting()
    newClientSecret(random)
    newAuthorizationCode(random)
    newTicketNonce(random)
    expect(random.asked.map((bytes) => bytes * 8)).toEqual([256, 256, 256])
  })

  it('are written as datasette-oauth writes them: 32 hex digits for a client, 64 for its secret and a code', () => {
    const random = counting()
    expect(newClientId(random)).toBe('ab'.repeat(16))
    expect(newClientSecret(random)).toBe('ab'.repeat(32))
    expect(newAuthorizationCode(random)).toBe('ab'.repeat(32))
  })

  it('differ each time', () => {
    expect(newAuthorizationCode(systemRandom)).not.toBe(newAuthorizationCode(systemRandom))
  })
})

describe('hashSecret', () => {
  it('is SHA-256 in hex, as datasette-oauth stores client secrets', () => {
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('isClientId and isGrantId', () => {
  it('know what they made', () => {
    expect(isClientId(newClientId(systemRandom))).toBe(true)
    expect(isGrantId(newGrantId(systemRandom))).toBe(true)
  })

  it.each(['', 'AB'.repeat(16), 'ab'.repeat(15), `${'ab'.repeat(16)}\n`, 'a'.repeat(33)])(
    'refuse %j',
    (text) => {
      expect(isClientId(text)).toBe(false)
      expect(isGrantId(text)).toBe(false)
    },
  )

  it.each([null, 7, true, ['a'], {}])('refuse the value %j as a grant', (value) => {
    expect(isGrantId(value)).toBe(false)
  })
})
