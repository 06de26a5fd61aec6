import { describe, expect, it } from 'vitest'
import { parseExactJson, type ExactJson } from '../../../http/exact-json.ts'
import { parseInsertRequest } from './insert-request.ts'

const parse = (body: ExactJson) => parseInsertRequest(body, { columns: new Set(['id', 'name']), maxRows: 2 })

describe('parseInsertRequest', () => {
  it('reads a single row, which is always returned', () => {
    expect(parse({ row: { name: 'a' }, return: false })).toEqual({
      ok: true,
      value: { rows: [new Map([['name', 'a']])], returnsRows: true, onConflict: 'fail', addsColumns: false },
    })
  })

  it('reads rows with their options', () => {
    expect(
      parse({ rows: [{ id: 1n }, {}], return: true, ignore: true, replace: false, alter: true }),
    ).toEqual({
      ok: true,
      value: {
        rows: [new Map([['id', 1n]]), new Map()],
        returnsRows: true,
        onConflict: 'ignore',
        addsColumns: true,
      },
    })
    expect(parse({ rows: [], replace: 1n })).toMatchObject({
      ok: true,
      value: { returnsRows: false, onConflict: 'replace' },
    })
  })

  it.each([
    ['[]', 'JSON must be a dictionary'],
    ['null', 'JSON must be a dictionary'],
    ['{}', 'JSON must have one or other of "row" or "rows"'],
    ['{"row": {}, "rows": []}', 'Cannot use "row" and "rows" at the same time'],
    ['{"row": []}', '"row" must be a dictionary'],
    ['{"rows": {}}', '"rows" must be a list'],
    ['{"rows": [{}, 5]}', '"rows" must be a list of dictionaries'],
    ['{"rows": [{}, {}, {}]}', 'Too many rows, maximum allowed is 2'],
    ['{"row": {}, "foo": 1, "bar": 2}', 'Invalid parameter: "bar", "foo"'],
    ['{"row": {}, "ignore": true, "replace": true}', 'Cannot use "ignore" and "replace" at the same time'],
    ['{"row": {"id": {"$base64": true, "encoded": "?"}}}', 'Invalid $base64 encoded value'],
  ])('refuses %s', (json, message) => {
    const body = parseExactJson(json)
    expect(body.ok && parse(body.value)).toEqual({ ok: false, error: [message] })
  })

  it('names the unknown columns of each row', () => {
    expect(
      parse({
        rows: [
          { zz: 1n, nope: 2n },
          { id: 1n, y: 1n },
        ],
      }),
    ).toEqual({
      ok: false,
      error: ['Row 0 has invalid columns: nope, zz', 'Row 1 has invalid columns: y'],
    })
  })

  it('refuses to make a table wider than SQLite can', () => {
    const wide = (from: number) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, place) => [`c${from + place}`, 1n]))
    expect(parse({ rows: [wide(0), wide(1000)], alter: true })).toEqual({
      ok: false,
      error: ['Too many columns: the table would have 2002, maximum allowed is 2000'],
    })
    expect(parse({ rows: [wide(0), wide(998)], alter: true }).ok).toBe(true)
  })

  it('looks at the body as a whole before it looks at the rows', () => {
    expect(parse({ rows: [{ nope: 1n }, {}, {}], foo: 1n })).toMatchObject({
      error: ['Too many rows, maximum allowed is 2'],
    })
    expect(parse({ rows: [{ nope: 1n }], foo: 1n })).toMatchObject({ error: ['Invalid parameter: "foo"'] })
  })
})
