import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireParams, WireValue } from './messages.ts'
import { decodeParams, decodeValue, encodeParams, encodeValue } from './wire-values.ts'

const throughJson = (value: WireValue): WireValue => JSON.parse(JSON.stringify(value)) as WireValue
const paramsThroughJson = (params: WireParams): WireParams => JSON.parse(JSON.stringify(params)) as WireParams

describe('encodeValue and decodeValue', () => {
  it('keep an integer and a float of the same size apart', () => {
    expect(decodeValue(throughJson(encodeValue(1n)))).toBe(1n)
    expect(decodeValue(throughJson(encodeValue(1)))).toBe(1)
  })

  it('keep the largest integer exact', () => {
    expect(decodeValue(throughJson(encodeValue(9223372036854775807n)))).toBe(9223372036854775807n)
  })

  it('bring back every value that SQLite can hold', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double().filter((number) => !Object.is(number, -0)),
      fc.string({ unit: 'binary' }),
      fc.uint8Array(),
    )
    fc.assert(
      fc.property(value, (original) => {
        expect(decodeValue(throughJson(encodeValue(original)))).toEqual(original)
      }),
    )
  })
})

describe('encodeParams and decodeParams', () => {
  it('bring back names that objects know as something else', () => {
    const params = JSON.parse('{"__proto__": "a", "constructor": "b"}') as Record<string, string>
    const back = decodeParams(paramsThroughJson(encodeParams(params)))
    expect(Object.entries(back)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('keep positions, and floats that are whole', () => {
    expect(decodeParams(paramsThroughJson(encodeParams([null, 2n, 2, 'x'])))).toEqual([null, 2n, 2, 'x'])
  })
})
