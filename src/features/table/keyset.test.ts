import * as fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { SqlValue } from '../../database/values.ts'
import { comesAfter, orderBy, type OrderTerm } from './keyset.ts'

const term = (sql: string, descending = false): OrderTerm => ({ sql, descending, affinity: 'numeric' })

function bound(terms: readonly OrderTerm[], values: readonly SqlValue[]): string {
  return comesAfter(terms, values, (value) => JSON.stringify(String(value)))
}

describe('comesAfter', () => {
  it('compares whole keys at once where it can', () => {
    expect(bound([term('id')], [5n])).toBe('id > "5"')
    expect(bound([term('a'), term('b')], ['x', 'y'])).toBe('(a, b) > ("x", "y")')
  })

  it('spells out where NULL stands first', () => {
    expect(bound([term('year'), term('id')], [null, 5n])).toBe(
      '(year is not null or (year is null and (id > "5")))',
    )
  })

  it('spells out where NULL stands last', () => {
    expect(bound([term('year', true), term('id')], [1999n, 5n])).toBe(
      '(year < "1999" or year is null or (year = "1999" and (id > "5")))',
    )
    expect(bound([term('year', true), term('id')], [null, 5n])).toBe('((year is null and (id > "5")))')
  })

  it('finds nothing after the end', () => {
    expect(bound([term('year', true)], [null])).toBe('false')
  })

  it('is true for exactly the rows that SQLite sorts behind the given one', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('create table t (a, b, c)')
    const cell = fc.constantFrom<SqlValue>(null, 0n, 1n, 2n)
    const row = fc.tuple(cell, cell, cell)
    const directions = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean())
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, selector: String }),
        directions,
        fc.nat(),
        (rows, down, at) => {
          database.exec('delete from t')
          for (const values of rows) database.prepare('insert into t values (?, ?, ?)').run(...values)
          const terms = [term('a', down[0]), term('b', down[1]), term('c', down[2])]
          const sorted = database.prepare(`select a, b, c from t order by ${orderBy(terms)}`)
          sorted.setReturnArrays(true)
          sorted.setReadBigInts(true)
          const all = sorted.all() as unknown as SqlValue[][]
          const start = at % all.length

          const values: SqlValue[] = []
          const condition = comesAfter(terms, all[start] ?? [], (value) => `?${values.push(value)}`)
          const after = database.prepare(
            `select a, b, c from t where ${condition} order by ${orderBy(terms)}`,
          )
          after.setReturnArrays(true)
          after.setReadBigInts(true)
          expect(after.all(...values)).toEqual(all.slice(start + 1))
        },
      ),
    )
    database.close()
  })
})
