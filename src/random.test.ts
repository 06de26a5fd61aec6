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

  it('never gives the same bytes twice, whatever is asked for', () => {
    // Zeros would be the pool after its end; eight equal bytes of chance come once in 10^14 such tests.
    const seen = new Set<string>(['0'.repeat(16)])
    for (let turn = 0; turn < 2000; turn += 1) {
      const given = randomHex(systemRandom, 8 + (turn % 29))
      for (let at = 0; at + 16 <= given.length; at += 16) {
        const eight = given.slice(at, at + 16)
        expect(seen.has(eight), eight).toBe(false)
        seen.add(eight)
      }
    }
  })

  it('gives more than it keeps ready', () => {
    const large = systemRandom.bytes(10_000)
    expect([large.length, new Set(large).size]).toEqual([10_000, 256])
  })
})
