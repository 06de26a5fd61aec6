import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBlankSql, parameterNames, placeholders, sqlTokens } from './sql-text.ts'

const SQL_PIECES = [
  "'",
  '"',
  '[',
  ']',
  '`',
  '--',
  '/*',
  '*/',
  '\n',
  ' ',
  ':a',
  '@b',
  '$c',
  '?',
  '?12',
  'select',
  '1',
  ';',
  'é',
]

describe('sqlTokens', () => {
  it('loses no character', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SQL_PIECES)), (pieces) => {
        const sql = pieces.join('')
        expect([...sqlTokens(sql)].map(({ text }) => text).join('')).toBe(sql)
      }),
    )
  })

  it('reads a literal of a million characters', () => {
    const literal = `'${"''".repeat(500_000)}'`
    expect([...sqlTokens(literal)].every(({ kind }) => kind === 'text')).toBe(true)
  })
})

describe('SQL that is made to cost time', () => {
  const LENGTH = 1_000_000

  it.each([...SQL_PIECES, '$', ':', '*', '#', '[x', "'[", '"[', '`[', '/*[', 'a['])(
    'reads %j over and over in one go',
    (piece) => {
      const sql = `select ${piece.repeat(LENGTH / piece.length)}`
      expect(sqlTokens(sql).reduce((length, { text }) => length + text.length, 0)).toBe(sql.length)
    },
  )

  it('counts as many different placeholders as a statement can hold', () => {
    const different = Array.from({ length: LENGTH / 8 }, (_, place) => `:p${place}`)
    expect(placeholders(different.join(',')).length).toBe(different.length)
  })
})

describe('placeholders', () => {
  it('finds them in code and nowhere else', () => {
    const sql = `select :a, ':no', "?", [@no], \`$no\`, @b /* :no */, $c, ? -- :no
      , ?3, :a, 'it''s :no'`
    expect(placeholders(sql)).toEqual([':a', '@b', '$c', '?', '?3'])
  })

  it('reads one with colons and brackets as SQLite does', () => {
    expect(placeholders('select $a::b(c), :d::e, @f(g h), #i(')).toEqual(['$a::b(c)', ':d::e', '@f(g', '#i('])
  })

  it('counts every bare question mark', () => {
    expect(placeholders('select ?, ?')).toEqual(['?', '?'])
  })

  it.each(['/*', "'", '"', '`', '['])('reads what %s opens and nothing closes to the end', (opening) => {
    expect(placeholders(`select :a, ${opening} :no`)).toEqual([':a'])
  })
})

describe('parameterNames', () => {
  it('tells each name once, without its sign', () => {
    expect(parameterNames('select :name, @name, :größe, ?')).toEqual(['name', 'größe'])
  })

  it('does not take a time of day in a literal for a name', () => {
    expect(parameterNames("select '12:30'")).toEqual([])
  })
})

describe('isBlankSql', () => {
  it.each(['', ' \n', '; ;', '-- note', '/* note */ ;\n-- more'])('finds nothing to run in %j', (sql) =>
    expect(isBlankSql(sql)).toBe(true),
  )

  it.each(['select 1', '; x', '-- a\nselect 1', "''"])('finds something to run in %j', (sql) =>
    expect(isBlankSql(sql)).toBe(false),
  )
})
