import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../result.ts'
import { formatExactJson, parseExactJson } from './exact-json.ts'

describe('parseExactJson', () => {
  it('keeps integers exact and tells them from floats', () => {
    expect(parseExactJson('[9007199254740993, -5, 1.0, 1e3, "5", true, null]')).toEqual(
      ok([9007199254740993n, -5n, 1, 1000, '5', true, null]),
    )
  })

  it('says where the text goes wrong', () => {
    expect(parseExactJson('{"a": }')).toMatchObject({
      ok: false,
      error: expect.stringContaining("Unexpected token '}'") as string,
    })
    expect(parseExactJson('').ok).toBe(false)
  })

  it('refuses an integer of very many digits without reading them', () => {
    const started = performance.now()
    expect(parseExactJson(`[${'9'.repeat(2_000_000)}]`)).toEqual(fail('an integer has more than 20 digits'))
    expect(performance.now() - started).toBeLessThan(200)
    expect(parseExactJson(`[-${'9'.repeat(20)}]`)).toEqual(ok([-99999999999999999999n]))
  })

  it('survives text that is nested without end', () => {
    expect(parseExactJson('['.repeat(500_000) + ']'.repeat(500_000)).ok).toBe(false)
  })

  it('keeps keys that mean something to JavaScript as plain keys', () => {
    const parsed = parseExactJson('{"__proto__": {"row": 1}}')
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
    expect(parsed.ok && Object.hasOwn(parsed.value as object, 'row')).toBe(false)
  })
})

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
