import { expect, describe, it } from 'vitest'
import { equalInConstantTime } from './constant-time.ts'

describe('equalInConstantTime', () => {
  it('says whether two texts are the same', () => {
    expect(equalInConstantTime('abc', 'abc')).toBe(true)
    expect(equalInConstantTime('abc', 'abd')).toBe(false)
    expect(equalInConstantTime('', '')).toBe(true)
  })

  it('compares texts of different lengths without an error', () => {
    expect(equalInConstantTime('abc', 'abcd')).toBe(false)
    expect(equalInConstantTime('é', 'e')).toBe(false)
  })
})
