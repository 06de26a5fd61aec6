import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingText, movedPath, otherPathToTry } from './unknown-path.ts'

describe('otherPathToTry', () => {
  it.each([
    ['/odd/', '/odd'],
    ['/fixtures/facetable/', '/fixtures/facetable'],
    ['/odd/two%20words', '/odd/two~20words'],
    ['/fixtures/table%2Fwith%2Fslashes.csv', '/fixtures/table~2Fwith~2Fslashes~2Ecsv'],
    ['/a~b%20c', '/a~7Eb~20c'],
    ['//evil.example/', '/evil.example'],
    [String.raw`/\evil.example/`, '/evil.example'],
  ])('rewrites %s to %s', (path, other) => expect(otherPathToTry(path)).toBe(other))

  it.each(['/nothing/here', '/', '//', '/odd.json'])('has nothing to offer for %s', (path) =>
    expect(otherPathToTry(path)).toBeNull(),
  )

  it('reads a path of slashes once, and not again from each of them', () => {
    const path = `/${'/'.repeat(300_000)}x`
    expect(otherPathToTry(path)).toBe('/x')
  })

  it('never leaves the site, whatever was asked', () => {
    const path = fc
      .string({ unit: fc.constantFrom('/', '\\', 'a', '.', '%', ':', '@') })
      .map((text) => `/${text}`)
    fc.assert(
      fc.property(path, (asked) => {
        const other = otherPathToTry(asked)
        if (other !== null) expect(new URL(other, 'http://site.example').origin).toBe('http://site.example')
      }),
    )
  })
})

describe('missingText', () => {
  it.each([
    ['/-/nope.json', 'Database not found'],
    ['/-/nope', 'Database not found'],
    ['/-/a/b', 'Database not found'],
    ['/-/a/b/c', '404'],
    ['/a/b/c/d', '404'],
  ])('of %s is %s', (path, text) => expect(missingText(path)).toBe(text))
})

describe('movedPath', () => {
  it.each([
    ['/-', '/-/'],
    ['/:memory:', '/_memory'],
    ['/:memory:/t.json', '/_memory/t.json'],
    ['/:memory://evil.example', '/_memory//evil.example'],
    ['/-/x', null],
    ['/a/:memory:', null],
  ])('of %s is %s', (path, moved) => expect(movedPath(path)).toBe(moved))
})
