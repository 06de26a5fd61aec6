import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactJson, type ExactJson } from '../../../http/exact-json.ts'
import { formatExactJson } from './stored-json.ts'

describe('formatExactJson', () => {
  it('writes what Datasette writes', () => {
    const parsed = parseExactJson('{"a":[1,2.0,{"b":"é"}],"c":null,"d":true,"e":[],"f":12345678901234567890}')
    expect(parsed.ok && formatExactJson(parsed.value)).toBe(
      '{"a": [1, 2.0, {"b": "é"}], "c": null, "d": true, "e": [], "f": 12345678901234567890}',
    )
  })

  it('refuses what SQLite could not read', () => {
    const nested = (depth: number) => parseExactJson('['.repeat(depth) + ']'.repeat(depth))
    const shallow = nested(1000)
    const deep = nested(1001)
    expect(shallow.ok && formatExactJson(shallow.value)).toHaveLength(2000)
    expect(deep.ok && formatExactJson(deep.value)).toBeNull()
  })

  it('goes no deeper than what it writes', () => {
    const deep = Array.from({ length: 100_000 }).reduce<ExactJson>((inner) => [inner], null)
    expect(formatExactJson(deep)).toBeNull()
  })

  it('writes text that means the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parseExactJson(JSON.stringify(value))
        const text = parsed.ok ? formatExactJson(parsed.value) : null
        expect(JSON.parse(text ?? '"nothing"')).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
