import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRowKey, parseRowKey, tildeDecode, tildeEncode } from './tilde.ts'

const anyText = fc.string({ unit: 'binary' })

const PAIRS: [text: string, encoded: string][] = [
  ['/foo/bar', '~2Ffoo~2Fbar'],
  ['odd name/with.dots', 'odd+name~2Fwith~2Edots'],
  ['é', '~C3~A9'],
  ['~', '~7E'],
  ['My Db.v1', 'My+Db~2Ev1'],
  ['a,b', 'a~2Cb'],
  ['100%', '100~25'],
  ['a+b', 'a~2Bb'],
  ['AZaz09_-', 'AZaz09_-'],
  ['\n', '~0A'],
  ['', ''],
]

describe('tildeEncode', () => {
  it.each(PAIRS)('writes %j as %j', (text, encoded) => expect(tildeEncode(text)).toBe(encoded))

  it('uses only characters that pass through URLs as they are', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tildeEncode(text)).toMatch(/^[\w+~-]*$/u)
      }),
    )
  })
})

describe('tildeDecode', () => {
  it.each(PAIRS)('%j comes back from %j', (text, encoded) => expect(tildeDecode(encoded)).toBe(text))

  it('reads back whatever tildeEncode writes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tildeDecode(tildeEncode(text))).toBe(text)
      }),
    )
  })

  it.each([
    ['~20', ' '],
    ['~c3~a9', 'é'],
    ['%2F', '%2F'],
    ['~', '~'],
    ['~2', '~2'],
    ['~zz', '~zz'],
    ['~~2F', '~/'],
    ['ö', 'ö'],
    ['~FF', '\uFFFD'],
    ['~EF~BB~BFx', '\uFEFFx'],
  ])('reads %j as %j', (encoded, text) => expect(tildeDecode(encoded)).toBe(text))
})

describe('formatRowKey', () => {
  it('joins encoded values with commas', () => {
    expect(formatRowKey(['ops', '2022'])).toBe('ops,2022')
    expect(formatRowKey(['a,b', 'c/d.e'])).toBe('a~2Cb,c~2Fd~2Ee')
  })
})

describe('parseRowKey', () => {
  it('reads back whatever formatRowKey writes', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (values) => {
        expect(parseRowKey(formatRowKey(values))).toEqual(values)
      }),
    )
  })
})
