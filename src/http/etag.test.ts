import { describe, expect, it } from 'vitest'
import { matchesEtag } from './etag.ts'

describe('matchesEtag', () => {
  it.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"x", W/"abc" , "y"', true],
    ['*', true],
    ['"abcd"', false],
    ['abc', false],
    ['"*"', false],
    ['', false],
    [null, false],
    [undefined, false],
  ])('of %s', (header, expected) => expect(matchesEtag(header, '"abc"')).toBe(expected))
})
