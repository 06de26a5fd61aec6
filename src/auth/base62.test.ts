import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBase62, parseBase62 } from './base62.ts'

describe('formatBase62', () => {
  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, '0'],
    [35, '9'],
    [36, 'a'],
    [61, 'z'],
    [62, 'BA'],
    [1_700_000_000, 'BrDBeq'],
  ])('writes %i as %s', (number, text) => expect(formatBase62(number)).toBe(text))

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('has no text for %s', (number) => {
    expect(() => formatBase62(number)).toThrow(RangeError)
  })
})

describe('parseBase62', () => {
  it('reads back what formatBase62 writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(parseBase62(formatBase62(number))).toBe(number)
      }),
    )
  })

  it.each(['', '-A', 'A.', 'A B', 'é', '😀'])('does not read %j', (text) =>
    expect(parseBase62(text)).toBeNull(),
  )

  it('takes a number that it could not hold exactly for larger than all others', () => {
    expect(parseBase62(formatBase62(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER)
    expect(parseBase62('zzzzzzzzz')).toBe(Number.POSITIVE_INFINITY)
    expect(parseBase62('z'.repeat(4000))).toBe(Number.POSITIVE_INFINITY)
    expect(parseBase62(`${'z'.repeat(4000)}!`)).toBeNull()
  })
})
