import { DatabaseSync } from 'node:sqlite'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sqlLiteral, withLiterals } from './sql-literal.ts'

describe('sqlLiteral', () => {
  const handle = new DatabaseSync(':memory:', { readBigInts: true })
  const read = (literal: string) => handle.prepare(`select ${literal} as v`).get()?.['v']

  it.each([
    null,
    "it's",
    `"; drop table t; --`,
    '',
    0n,
    -5n,
    2n ** 63n - 1n,
    1.5,
    -2,
    1e300,
    Infinity,
    -Infinity,
  ])('writes %s so that SQLite reads the same', (value) => expect(read(sqlLiteral(value))).toBe(value))

  it('stands in for the values of a statement that is shown, and for nothing else in it', () => {
    expect(withLiterals('select \'?\', ? from "a?" where b = ? -- ?', ["it's", 2n])).toBe(
      "select '?', 'it''s' from \"a?\" where b = 2 -- ?",
    )
  })

  it('writes bytes', () => expect(read(sqlLiteral(Uint8Array.of(0, 255)))).toEqual(Uint8Array.of(0, 255)))

  it('writes any text', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))
    fc.assert(fc.property(text, (value) => read(sqlLiteral(value)) === value))
  })
})
