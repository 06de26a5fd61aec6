import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstElement, splitJsonArray } from './json-array.ts'

describe('splitJsonArray', () => {
  it('keeps each element exactly as it is written', () => {
    expect(splitJsonArray('[12345678901234567890, 1.0, "a,b", null, {"x":[1,2]}]')).toEqual([
      '12345678901234567890',
      '1.0',
      '"a,b"',
      'null',
      '{"x":[1,2]}',
    ])
  })

  it('has nothing to give for an empty array', () => {
    expect(splitJsonArray('[]')).toEqual([])
    expect(splitJsonArray('[ ]')).toEqual([])
  })

  it('is not misled by quotes, backslashes and brackets inside strings', () => {
    const values = ['"', '\\', '\\"', '],[', '{', 'a\\\\"b']
    expect(splitJsonArray(JSON.stringify(values))).toEqual(values.map((value) => JSON.stringify(value)))
  })

  it('splits any JSON array into texts that are its elements', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const texts = splitJsonArray(JSON.stringify(values))
        expect(texts).toEqual(values.map((value) => JSON.stringify(value)))
      }),
    )
  })
})

describe('firstElement', () => {
  it('is the first of the elements, or nothing', () => {
    expect(firstElement('["a,b",[2]]')).toBe('"a,b"')
    expect(firstElement('[]')).toBeNull()
  })
})
