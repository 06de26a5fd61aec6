import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLocalPath } from './local-path.ts'

const SITE = 'http://site.example'

describe('parseLocalPath', () => {
  it.each([
    '/',
    '/db/table?_size=1&_next=a%2Cb',
    '/-/oauth/authorize?client_id=x&redirect_uri=https%3A%2F%2Fapp.example%2Fcb',
    '/a//b',
    '/a?next=//evil.example',
    '/a#part',
    '/~2Fa',
  ])('keeps %s as it is', (path) => expect(parseLocalPath(path)).toBe(path))

  it('percent-encodes what a Location header cannot carry', () => {
    expect(parseLocalPath('/größe/日本 x?y=é')).toBe('/gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC%20x?y=%C3%A9')
  })

  it.each([
    ['nothing', ''],
    ['a name without a slash', 'db'],
    ['another site', 'https://evil.example/'],
    ['another site without a scheme', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash for the second slash', '/\\evil.example'],
    ['a backslash for the first slash', '\\/evil.example'],
    ['a backslash further in', '/a\\b'],
    ['a tab between the slashes', '/\t/evil.example'],
    ['a line break between the slashes', '/\n/evil.example'],
    ['a line break that starts another header', '/a\r\nSet-Cookie: x=y'],
    ['a space before it', ' //evil.example'],
    ['a control character before it', '\u0001//evil.example'],
    ['a dot segment before two slashes', '/.//evil.example'],
    ['going up before two slashes', '/a/..//evil.example'],
    ['an encoded dot segment before two slashes', '/%2e//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['half a character', '/\uD800'],
    ['a null character', '/\u0000'],
  ])('refuses %s', (_what, text) => expect(parseLocalPath(text)).toBeNull())

  it('never leaves the site, and always fits a header', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '//',
      '@',
      ':',
      'evil.example',
      'http:',
      '?',
      '#',
      '\t',
      ' ',
    )
    const tricky = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 8 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(
        fc.oneof(
          tricky,
          tricky.map((rest) => `/${rest}`),
          fc.webUrl(),
        ),
        (text) => {
          const path = parseLocalPath(text)
          if (path === null) return
          expect(new URL(path, SITE).origin).toBe(SITE)
          expect(new Headers({ location: path }).get('location')).toBe(path)
          expect(parseLocalPath(path)).toBe(path)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('keeps every ordinary path', () => {
    const segment = fc.stringMatching(/^[\w~+,-]+$/u)
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const path = `/${segments.join('/')}`
        expect(parseLocalPath(path)).toBe(path)
      }),
    )
  })
})
