import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeDeep, nest } from './merge.ts'

describe('mergeDeep', () => {
  it('merges mappings key by key', () => {
    expect(mergeDeep({ a: { b: 1, c: 2 }, d: 3 }, { a: { c: 4, e: 5 } })).toEqual({
      a: { b: 1, c: 4, e: 5 },
      d: 3,
    })
  })

  it('replaces what is no mapping on both sides', () => {
    expect(mergeDeep({ a: [1, 2], b: { c: 1 }, d: true }, { a: [3], b: null, d: { e: 1 } })).toEqual({
      a: [3],
      b: null,
      d: { e: 1 },
    })
  })

  it('keeps both arguments as they were', () => {
    const below = { a: { b: 1 } }
    const above = { a: { c: 2 } }
    mergeDeep(below, above)
    expect([below, above]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }])
  })

  it('changes no prototype', () => {
    const merged = mergeDeep({}, JSON.parse('{"__proto__": {"polluted": true}}'))
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })
})

describe('nest', () => {
  it('puts a value at the end of a path', () => {
    expect(nest(['a', 'b'], 1)).toEqual({ a: { b: 1 } })
  })

  it('changes no prototype', () => {
    const nested = nest(['__proto__', 'polluted'], true)
    expect('polluted' in {}).toBe(false)
    expect(Object.keys(nested as object)).toEqual(['__proto__'])
  })

  it('is found again by walking the path', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.integer(), (path, value) => {
        const found = path.reduce<unknown>(
          (inner, key) => Object.getOwnPropertyDescriptor(inner, key)?.value,
          nest(path, value),
        )
        expect(found).toBe(value)
      }),
    )
  })
})
