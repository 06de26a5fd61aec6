import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SqlValue } from '../../database/values.ts'
import { ok } from '../../result.ts'
import { formatPageToken, parsePageToken } from './page-token.ts'

describe('formatPageToken', () => {
  it('writes plain text wherever the column reads it back as it was', () => {
    expect(formatPageToken([50n], ['numeric'])).toBe('50')
    expect(formatPageToken(['M001', 23n], ['text', 'numeric'])).toBe('M001,23')
    expect(formatPageToken([39.35, 40n], ['numeric', 'numeric'])).toBe('39~2E35,40')
    expect(formatPageToken([8, 2n], ['numeric', 'numeric'])).toBe('8~2E0,2')
    expect(formatPageToken(['x,1', 'y/2'], ['text', 'text'])).toBe('x~2C1,y~2F2')
    expect(formatPageToken([null, 33n], ['numeric', 'numeric'])).toBe('$null,33')
  })

  it('marks what would come back as something else', () => {
    expect(formatPageToken([5n], ['none'])).toBe('$i5')
    expect(formatPageToken(['5'], ['numeric'])).toBe('$t5')
    expect(formatPageToken([''], ['text'])).toBe('$t')
    expect(formatPageToken([Number.POSITIVE_INFINITY], ['numeric'])).toBe('$rInfinity')
    expect(formatPageToken([Uint8Array.of(0, 255)], ['none'])).toBe('$b00ff')
  })

  it('escapes text that looks like a mark', () => {
    expect(formatPageToken(['$null'], ['text'])).toBe('~24null')
  })
})

describe('parsePageToken', () => {
  it.each(['$', '$x5', '$i', '$i1.5', '$bxyz', '$b0', '$r', '$rmuch', '$NULL'])(
    'finds %s malformed',
    (token) => expect(parsePageToken(token, ['none'])).toEqual({ ok: false, error: 'malformed' }),
  )

  it('reads every token back as the values it was made of', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary' }),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.double({ noNaN: true }).map((value) => value + 0),
      fc.uint8Array(),
    )
    const affinity = fc.constantFrom('numeric', 'text', 'none' as const)
    fc.assert(
      fc.property(fc.array(fc.tuple(value, affinity), { minLength: 1 }), (parts) => {
        const values: SqlValue[] = parts.map(([value]) => value)
        const affinities = parts.map(([, affinity]) => affinity)
        expect(parsePageToken(formatPageToken(values, affinities), affinities)).toEqual(ok(values))
      }),
    )
  })
})
