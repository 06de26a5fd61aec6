import { describe, expect, it } from 'vitest'
import { escapeFts } from './escape-fts.ts'

describe('escapeFts', () => {
  it.each([
    ['salt tides', '"salt" "tides"'],
    ['"water damage" roof', '"water damage" "roof"'],
    ['"unbalanced', '"unbalanced"'],
    ['mach* OR -x', '"mach*" "OR" "-x"'],
    ['  ', ''],
    ['"', ''],
    ['a"b c"d', '"a" "b c" "d"'],
  ])('makes %j to %j', (typed, search) => {
    expect(escapeFts(typed)).toBe(search)
  })
})
