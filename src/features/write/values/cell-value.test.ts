import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../../result.ts'
import { cellValue, rowCells } from './cell-value.ts'
import { parseExactJson } from '../../../http/exact-json.ts'

describe('cellValue', () => {
  it.each([
    ['null', null],
    ['"text"', 'text'],
    ['5', 5n],
    ['1.5', 1.5],
    ['true', 1n],
    ['false', 0n],
    ['[1,"a"]', '[1, "a"]'],
    ['{"a":1}', '{"a": 1}'],
  ])('stores what %s says', (json, cell) => {
    const parsed = parseExactJson(json)
    expect(parsed.ok && cellValue(parsed.value)).toEqual(ok(cell))
  })

  it('takes bytes in base64', () => {
    expect(cellValue({ $base64: true, encoded: 'AAEC/w==' })).toEqual(ok(Uint8Array.of(0, 1, 2, 255)))
    expect(cellValue({ $base64: true, encoded: '' })).toEqual(ok(new Uint8Array()))
  })

  it.each(['AAEC/w', 'AAEC_w==', 'not base64!', '===='])('refuses %j, which is not base64', (encoded) =>
    expect(cellValue({ $base64: true, encoded })).toEqual(fail('Invalid $base64 encoded value')),
  )

  it('refuses bytes that are not text', () => {
    expect(cellValue({ $base64: true, encoded: 5n })).toEqual(fail('$base64 encoded value must be a string'))
  })

  it('takes what looks nearly like bytes as an object', () => {
    expect(cellValue({ $base64: false, encoded: 'AA==' })).toEqual(
      ok('{"$base64": false, "encoded": "AA=="}'),
    )
    expect(cellValue({ $base64: true, encoded: 'AA==', more: 1n })).toMatchObject({ ok: true })
  })

  it('takes what stands under $raw literally', () => {
    expect(cellValue({ $raw: { $base64: true, encoded: 'AA==' } })).toEqual(
      ok('{"$base64": true, "encoded": "AA=="}'),
    )
    expect(cellValue({ $raw: 5n })).toEqual(ok(5n))
  })

  it('refuses half of a surrogate pair, in values and names, which SQLite would change', () => {
    const half = '\uD83D'
    expect(cellValue(`a${half}`)).toEqual(fail('Text has half of a surrogate pair, which is no character'))
    expect(cellValue({ $raw: half }).ok).toBe(false)
    expect(rowCells({ [half]: 1n }).ok).toBe(false)
    expect(cellValue('\uD83D\uDE00')).toEqual(ok('\uD83D\uDE00'))
    // JSON has a way to write it.
    expect(cellValue([half])).toEqual(ok('["\\ud83d"]'))
  })

  it('refuses integers that SQLite cannot hold', () => {
    expect(cellValue(2n ** 63n - 1n)).toEqual(ok(2n ** 63n - 1n))
    expect(cellValue(2n ** 63n).ok).toBe(false)
  })
})
