import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from './csv-line.ts'

describe('csvLine', () => {
  it('quotes only what must be quoted', () => {
    expect(csvLine(['plain', 'a,b', 'say "x"', 'two\nlines', 'two\rlines', ' space ', "'", ''])).toBe(
      'plain,"a,b","say ""x""","two\nlines","two\rlines", space ,\',\r\n',
    )
  })

  it('does not make an empty line of one empty value', () => {
    expect(csvLine([''])).toBe('""\r\n')
    expect(csvLine(['', ''])).toBe(',\r\n')
    expect(csvLine([])).toBe('\r\n')
  })

  it('leaves formulas as they are stored', () => {
    expect(csvLine(['=1+1', '@x'])).toBe('=1+1,@x\r\n')
  })

  it('is read back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', '\u00e9', "'") })
    const rows = fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { minLength: 1 })
    fc.assert(
      fc.property(rows, (rows) => {
        const csv = rows.map(csvLine).join('')
        expect(parse(csv, { record_delimiter: '\r\n' })).toEqual(rows)
      }),
    )
  })
})
