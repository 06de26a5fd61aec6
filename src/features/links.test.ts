import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedParameters, queryString, rowPath, tablePath } from './links.ts'

describe('queryString', () => {
  it('writes addresses as clients of Datasette know them', () => {
    expect(
      queryString([
        ['_next', '39~2E35,40'],
        ['_sort_desc', 'price'],
      ]),
    ).toBe('?_next=39~2E35%2C40&_sort_desc=price')
    expect(queryString([['_next', '$null,33']])).toBe('?_next=%24null%2C33')
    expect(queryString([['q', "it's (a) *"]])).toBe('?q=it%27s+%28a%29+%2A')
  })

  it('is empty for no parameters', () => expect(queryString([])).toBe(''))

  it('is read back as it was written', () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })))
    fc.assert(
      fc.property(pairs, (pairs) => {
        expect([...new URLSearchParams(queryString(pairs))]).toEqual(pairs)
      }),
    )
  })
})

describe('changedParameters', () => {
  it('leaves repeated parameters alone and puts new ones at the end', () => {
    const query = new URLSearchParams('_col=a&_next=1&_col=b')
    expect(changedParameters(query, ['_next'], [['_next', '2']])).toEqual([
      ['_col', 'a'],
      ['_col', 'b'],
      ['_next', '2'],
    ])
  })
})

describe('paths', () => {
  it('encode names so that nothing in them counts as a slash, dot or comma', () => {
    expect(tablePath('My Db.v1', 'a/b')).toBe('/My+Db~2Ev1/a~2Fb')
    expect(rowPath('d', 't', ['x,1', 'y/2'])).toBe('/d/t/x~2C1,y~2F2')
  })
})
