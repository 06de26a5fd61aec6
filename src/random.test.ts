import { describe, expect, it } from 'vitest'
import { randomHex, systemRandom } from './random.ts'

describe('randomHex', () => {
  it('writes each byte as two lower-case digits, leading zeros included', () => {
    expect(randomHex({ bytes: () => new Uint8Array([0, 10, 255]) }, 3)).toBe('000aff')
  })

  it('asks the source for as many bytes as it was asked for', () => {
    expect(randomHex({ bytes: (byteCount) => new Uint8Array(byteCount) }, 32)).toBe('0'.repeat(64))
  })
})

describe('systemRandom', () => {
  it('gives the number of bytes asked for, and other ones each time', () => {
    const first = randomHex(systemRandom, 32)
    expect(first).toHaveLength(64)
    expect(randomHex(systemRandom, 32)).not.toBe(first)
  })
})
