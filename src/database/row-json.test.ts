import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRows } from './cells.ts'
import { formatCell, RowWriter } from './row-json.ts'
import type { RowStyle } from './row-style.ts'
import type { SqlValue } from './values.ts'

function write(
  shape: 'objects' | 'arrays',
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  style?: RowStyle,
): string {
  const writer = new RowWriter(shape, columns, 1_000_000, style)
  for (const row of rows) writer.add(row)
  return Buffer.concat(writer.end()).toString()
}

describe('RowWriter', () => {
  it('writes one object a row', () => {
    const rows = [
      [1n, 'a'],
      [2n, null],
    ]
    expect(write('objects', ['id', 'b'], rows)).toBe('[{"id":1,"b":"a"},{"id":2,"b":null}]')
  })

  it('keeps the last value of columns with the same name', () => {
    expect(write('objects', ['a', 'b', 'a'], [[1n, 2n, 3n]])).toBe('[{"a":3,"b":2}]')
    expect(write('arrays', ['a', 'b', 'a'], [[1n, 2n, 3n]])).toBe('[[1,2,3]]')
  })

  it('writes an empty array for no rows', () => {
    expect(write('objects', ['a'], [])).toBe('[]')
  })

  it.each([
    ['a list', '[1, "two"]', '[1, "two"]'],
    [
      'numbers with all their digits',
      '{"n": 9007199254740993, "f": 1.0}',
      '{"n": 9007199254740993, "f": 1.0}',
    ],
    ['JSON on several lines', '{\r\n"a": "b\\nc"\n}', '{  "a": "b\\nc" }'],
    ['a text that is not JSON', 'Ada', '"Ada"'],
    ['a text that only begins as JSON', '[1] x', '"[1] x"'],
    ['an empty text', '', '""'],
    ['a number', 5n, '5'],
    ['nothing', null, 'null'],
  ] as const)('writes in a column of JSON %s', (_what, value, written) => {
    const style = { jsonColumns: ['a'], infinity: false }
    expect(write('objects', ['a', 'b'], [[value, '[1]']], style)).toBe(`[{"a":${written},"b":"[1]"}]`)
    expect(write('arrays', ['b', 'a'], [['[1]', value]], style)).toBe(`[["[1]",${written}]]`)
  })

  it('takes JSON that is nested very deeply as it is', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    expect(write('arrays', ['a'], [[deep]], { jsonColumns: ['a'], infinity: false })).toBe(`[[${deep}]]`)
  })

  it('writes infinities for those who ask, who cannot read the answer as JSON', () => {
    const rows = [[Infinity, -Infinity, 1]]
    const style = { jsonColumns: [], infinity: true }
    expect(write('arrays', ['a', 'b', 'c'], rows, style)).toBe('[[Infinity,-Infinity,1.0]]')
    expect(write('arrays', ['a', 'b', 'c'], rows)).toBe('[[null,null,1.0]]')
  })

  it('is valid JSON for any text and any column name', () => {
    const name = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(name, fc.string({ unit: 'binary' }), (column, text) => {
        const [row] = JSON.parse(write('objects', [column], [[text]])) as [Record<string, string>]
        expect(Object.entries(row)).toEqual([[column, text]])
      }),
    )
  })

  it('leaves out a row for which there is no room, also one of many large values', () => {
    const writer = new RowWriter('arrays', ['a', 'b'], 100_000)
    expect(writer.add(['x'.repeat(90_000), 'y'.repeat(90_000)])).toBe(false)
    expect(writer.add(['x', 'y'])).toBe(true)
    expect(Buffer.concat(writer.end()).toString()).toBe('[["x","y"]]')
  })

  it('uses all the room and no byte more', () => {
    const row = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.bigInt()), {
      minLength: 2,
      maxLength: 2,
    })
    const shape = fc.constantFrom('arrays' as const, 'objects' as const)
    fc.assert(
      fc.property(shape, fc.array(row, { minLength: 1 }), (as, rows) => {
        const whole = Buffer.byteLength(write(as, ['a', 'é'], rows))
        for (const [maxBytes, fits] of [
          [whole, true],
          [whole - 1, false],
        ] as const) {
          const writer = new RowWriter(as, ['a', 'é'], maxBytes)
          expect(rows.map((cells) => writer.add(cells)).at(-1)).toBe(fits)
          expect(Buffer.concat(writer.end()).byteLength).toBeLessThanOrEqual(maxBytes)
        }
      }),
    )
  })
})

describe('formatCell', () => {
  it.each<[SqlValue, string]>([
    [9007199254740993n, '9007199254740993'],
    [-9223372036854775808n, '-9223372036854775808'],
    [1, '1.0'],
    [-0, '-0.0'],
    [1.5, '1.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [1.25e-7, '1.25e-07'],
    [1e100, '1e+100'],
    [Infinity, 'null'],
    [-Infinity, 'null'],
    [null, 'null'],
    ['a"\n', String.raw`"a\"\n"`],
    [new Uint8Array([0, 255]), '{"$base64":true,"encoded":"AP8="}'],
  ])('writes %s as %s', (value, text) => expect(formatCell(value)).toBe(text))

  it('writes every float so that it reads back the same', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(finite, (number) => {
        expect(Number(formatCell(number))).toBe(number)
      }),
    )
  })
})

describe('parseRows', () => {
  it('keeps the digits of numbers and turns blobs into bytes', () => {
    const rows = Buffer.from(
      write('arrays', ['a', 'b', 'c', 'd', 'e'], [[9007199254740993n, 1, 'x', null, new Uint8Array([7])]]),
    )
    expect(parseRows(rows)).toEqual([
      [{ number: '9007199254740993' }, { number: '1.0' }, 'x', null, { blob: new Uint8Array([7]) }],
    ])
  })

  it('leaves text alone that looks like an encoded blob', () => {
    const text = '{"$base64":true,"encoded":"AP8="}'
    expect(parseRows(Buffer.from(write('arrays', ['a'], [[text]])))).toEqual([[text]])
  })

  it('reads only the part of a buffer that it is given', () => {
    const all = Buffer.from('xx[[1]]yy')
    expect(parseRows(all.subarray(2, 7))).toEqual([[{ number: '1' }]])
  })
})
