import * as fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { affinityOf, convertText, parseInteger } from './affinity.ts'

describe('affinityOf', () => {
  it.each([
    ['INTEGER', 'numeric'],
    ['bigint unsigned', 'numeric'],
    ['FLOATING POINT', 'numeric'],
    ['REAL', 'numeric'],
    ['DATETIME', 'numeric'],
    ['VARCHAR(20)', 'text'],
    ['text', 'text'],
    ['CLOB', 'text'],
    ['BLOB', 'none'],
    ['', 'none'],
    ['ANY', 'none'],
  ])('reads %j as %s', (type, affinity) => expect(affinityOf(type)).toBe(affinity))
})

describe('convertText', () => {
  it('turns digits into numbers only where the column would', () => {
    expect(convertText('5', 'numeric')).toBe(5n)
    expect(convertText('5.0', 'numeric')).toBe(5)
    expect(convertText('-1e3', 'numeric')).toBe(-1000)
    expect(convertText('5', 'text')).toBe('5')
    expect(convertText('5', 'none')).toBe('5')
    expect(convertText('zzz', 'numeric')).toBe('zzz')
    expect(convertText('', 'numeric')).toBe('')
  })

  it('makes what SQLite makes of a number in a numeric column', () => {
    const database = new DatabaseSync(':memory:')
    database.exec('create table t (v numeric)')
    const insert = database.prepare('insert into t values (?) returning v')
    insert.setReadBigInts(true)
    const number = fc.oneof(fc.bigInt(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    fc.assert(
      fc.property(number, (value) => {
        const converted = convertText(String(value), 'numeric')
        expect(Number(converted)).toBe(Number(insert.get(String(value))?.['v']))
      }),
    )
    database.close()
  })
})

describe('parseInteger', () => {
  it('takes 64 bits and no more', () => {
    expect(parseInteger('9223372036854775807')).toBe(9223372036854775807n)
    expect(parseInteger('-9223372036854775808')).toBe(-9223372036854775808n)
    expect(parseInteger('9223372036854775808')).toBeNull()
    expect(parseInteger('1.0')).toBeNull()
    expect(parseInteger('')).toBeNull()
  })
})
