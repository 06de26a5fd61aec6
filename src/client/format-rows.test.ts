import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRows } from './format-rows.ts'

const ROWS = [
  { id: 1n, name: 'bolts', price: 1.5 },
  { id: 9007199254740993n, name: '日本語', price: null },
]

describe('formatRows as a table', () => {
  it('aligns columns, numbers to the right, wide characters by their width', () => {
    expect(formatRows(ROWS, 'table')).toBe(
      [
        '              id  name    price',
        '────────────────  ──────  ─────',
        '               1  bolts     1.5',
        '9007199254740993  日本語      ∅',
        '',
      ].join('\n'),
    )
  })

  it('shows control characters, cuts what is long, and tells no value from empty text', () => {
    const table = formatRows([{ a: '\u001B[31mred\n', b: 'x'.repeat(100), c: null, d: '' }], 'table')
    expect(table).toContain(String.raw`\x1b[31mred\n`)
    expect(table).toContain(`${'x'.repeat(59)}…`)
    expect(table).not.toContain('x'.repeat(61))
    expect(table).toContain('∅')
  })

  it('says how long bytes are, and writes lists as JSON', () => {
    const table = formatRows([{ a: { $base64: true, encoded: 'AAEC' }, b: [1n, 'x'] }], 'table')
    expect(table).toContain('3 bytes')
    expect(table).toContain('[1,"x"]')
  })

  it('says that there are no rows', () => expect(formatRows([], 'table')).toBe('No rows.\n'))

  it('keeps columns that only later rows have', () => {
    expect(formatRows([{ a: 1n }, { b: 2n }], 'table')).toContain('a  b')
  })
})

describe('formatRows as CSV', () => {
  it('writes a line of names, empty cells for no value, bytes as base64', () => {
    expect(
      formatRows([...ROWS, { id: 3n, name: 'a "b", c', price: { $base64: true, encoded: 'AAEC' } }], 'csv'),
    ).toBe('id,name,price\n1,bolts,1.5\n9007199254740993,日本語,\n3,"a ""b"", c",AAEC\n')
    expect(formatRows([], 'csv')).toBe('')
  })

  it('tells empty text from no value', () => {
    expect(formatRows([{ a: '', b: null }], 'csv')).toBe('a,b\n"",\n')
  })

  it('reads back as the same texts', () => {
    const rows = fc.array(fc.record({ a: fc.string(), b: fc.string() }), { minLength: 1 })
    fc.assert(
      fc.property(rows, (generated) => {
        const read: unknown = parse(formatRows(generated, 'csv'), {
          columns: true,
          relax_column_count: false,
        })
        expect(read).toEqual(generated)
      }),
    )
  })
})

describe('formatRows as JSON', () => {
  it('keeps every digit', () => {
    expect(formatRows([{ id: 9007199254740993n, x: 1, y: null }], 'json')).toBe(
      '[\n  {\n    "id": 9007199254740993,\n    "x": 1.0,\n    "y": null\n  }\n]\n',
    )
    expect(formatRows([], 'json')).toBe('[]\n')
  })
})
