import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWithWrittenNumbers } from './written-numbers.ts'

describe('parseWithWrittenNumbers', () => {
  it.each([
    ['a float without a fraction', '{"t": 1700000000.0}', { t: '1700000000.0' }],
    ['an exponent', '{"t": 1e9}', { t: '1e9' }],
    ['more digits than a number holds', '{"t": 9007199254740993}', { t: '9007199254740993' }],
    ['a fraction with a zero too many', '{"a":"x","t":1.50}', { a: 'x', t: '1.50' }],
    ['minus zero', '{"t":-0}', { t: '-0' }],
    ['a negative exponent, after a line', '{"t":\n-12E-2}', { t: '-12E-2' }],
    ['sixteen digits', '{"t":90071992547409930}', { t: '90071992547409930' }],
    ['the last of two', '{"t": 1, "t": 2.0}', { t: '2.0' }],
  ])('gives the text of %s', (_what, json, value) =>
    expect(parseWithWrittenNumbers(json, ['t', 'd'])).toEqual(value),
  )

  it.each([
    ['an integer', '{"t": 1700000000, "d": -5}', { t: 1_700_000_000, d: -5 }],
    ['a fraction', '{"t": 1.5}', { t: 1.5 }],
    ['a number under another key', '{"a": 1.0}', { a: 1 }],
    [
      'a number further inside',
      '{"a": {"t": 1.0}, "t": {"t": 1.0}, "": {"d": 1e9}}',
      { a: { t: 1 }, t: { t: 1 }, '': { d: 1e9 } },
    ],
    ['a number in a list', '[{"t": 1.0}]', [{ t: 1 }]],
    ['a bare number', '1.0', 1],
  ])('leaves %s as it is', (_what, json, value) =>
    expect(parseWithWrittenNumbers(json, ['t', 'd'])).toEqual(value),
  )

  it('keeps every key in its place, also one that would set a prototype', () => {
    const value = parseWithWrittenNumbers('{"__proto__": {"a": "root"}, "t": 1.0, "x": 2}', ['t'])
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":"root"},"t":"1.0","x":2}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  it('reads what JSON.stringify writes as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value)
        expect(parseWithWrittenNumbers(json, ['t', 'd'])).toEqual(JSON.parse(json))
      }),
    )
  })
})
