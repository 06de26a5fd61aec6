import { describe, expect, it } from 'vitest'
import { formatOfName, parseRows, type RowFormat } from './rows-file.ts'

const parse = (text: string, format: RowFormat) => parseRows(Buffer.from(text), format)

describe('formatOfName', () => {
  it.each([
    ['a.json', 'json'],
    ['a.NDJSON', 'nl'],
    ['a.jsonl', 'nl'],
    ['a.nl', 'nl'],
    ['dir.csv/a.b.csv', 'csv'],
    ['a', null],
    ['a.txt', null],
    ['-', null],
    ['csv', null],
  ])('reads %s as %s', (name, format) => expect(formatOfName(name)).toBe(format))
})

describe('parseRows', () => {
  it('reads a list of objects, or one, with every digit', () => {
    expect(parse('[{"a": 9007199254740993, "b": 1.0}, {}]', 'json')).toEqual({
      ok: true,
      value: [{ a: 9007199254740993n, b: 1 }, {}],
    })
    expect(parse('{"a": null}', 'json')).toEqual({ ok: true, value: [{ a: null }] })
    expect(parse('[]', 'json')).toEqual({ ok: true, value: [] })
  })

  it('reads an object a line, and passes over empty lines', () => {
    expect(parse('{"a": 1}\r\n\n{"a": 2}\n', 'nl')).toEqual({ ok: true, value: [{ a: 1n }, { a: 2n }] })
  })

  it('reads CSV with a line of names, quotes and line ends in cells', () => {
    expect(parse('\uFEFFid,"a ""b"""\r\n1,"x, y\nz"\n2,\n', 'csv')).toEqual({
      ok: true,
      value: [
        { id: '1', 'a "b"': 'x, y\nz' },
        { id: '2', 'a "b"': null },
      ],
    })
    expect(parse('a,b\n"",\n', 'csv')).toEqual({ ok: true, value: [{ a: '', b: null }] })
    expect(parse('id\n', 'csv')).toEqual({ ok: true, value: [] })
  })

  it.each<[string, RowFormat, string]>([
    ['[{"a": 1},', 'json', 'it is not JSON'],
    ['[{"a": 1}, 2]', 'json', 'row 2 is no object'],
    ['"text"', 'json', 'row 1 is no object'],
    ['{"a": 1}\n\n{"a": }', 'nl', 'line 3 is not JSON'],
    ['[1]', 'nl', 'line 1 is no object'],
    ['a,b\n1,2\n3', 'csv', 'line 3'],
    ['a,b\n1,"2', 'csv', 'line 2'],
    ['a,a\n1,2', 'csv', 'names the column "a" twice'],
    ['a,\n1,2', 'csv', 'leaves a name out'],
    ['', 'csv', 'it is empty'],
  ])('says where %j goes wrong as %s: %s', (text, format, said) => {
    const parsed = parse(text, format)
    expect(!parsed.ok && parsed.error).toContain(said)
  })

  it('refuses what is not text', () => {
    expect(parseRows(Buffer.from([0x7b, 0xff]), 'json')).toEqual({
      ok: false,
      error: 'it is not UTF-8 text: save it as UTF-8',
    })
  })

  it('takes no name for a prototype', () => {
    const parsed = parse('__proto__\nx', 'csv')
    expect(parsed.ok && Object.keys(parsed.value[0] ?? {})).toEqual(['__proto__'])
  })
})
