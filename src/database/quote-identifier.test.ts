import * as fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { quoteIdentifier } from './quote-identifier.ts'

describe('quoteIdentifier', () => {
  it('keeps a name with quotes inside one identifier', () => {
    expect(quoteIdentifier('a"; drop table b; --')).toBe('"a""; drop table b; --"')
  })

  it('gives SQLite the name unchanged', () => {
    const handle = new DatabaseSync(':memory:')
    const name = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(name, (column) => {
        const statement = handle.prepare(`select 1 as ${quoteIdentifier(column)}`)
        expect(statement.columns().map((found) => found.name)).toEqual([column])
      }),
    )
  })
})
