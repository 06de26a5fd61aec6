import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fail, ok } from '../result.ts'
import { parseExactJson, writeExactJson } from './exact-json.ts'

describe('parseExactJson', () => {
  it('keeps integers exact and tells them from floats', () => {
    expect(parseExactJson('[9007199254740993, -5, 1.0, 1e3, "5", true, null]')).toEqual(
      ok([9007199254740993n, -5n, 1, 1000, '5', true, null]),
    )
  })

  it('tells a whole float from an integer, however it is written', () => {
    const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,20})$/u)
    const literal = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.stringMatching(/^(?:|\.\d{1,20})$/u),
        fc.stringMatching(/^(?:|[eE][+-]?\d)$/u),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, fc.string())), (pairs) => {
        const text = `{"a": [${pairs.map(([number, other]) => `${number}, {"b": ${JSON.stringify(other)}}`).join(',')}]}`
        const expected = pairs.flatMap(([number, other]) => [
          /^-?\d+$/u.test(number) ? BigInt(number) : Number(number),
          { b: other },
        ])
        expect(parseExactJson(text)).toEqual(ok({ a: expected }))
      }),
      { numRuns: 1000 },
    )
    expect(parseExactJson('2.0')).toEqual(ok(2))
    expect(parseExactJson('999999999.00000001')).toEqual(ok(999999999))
    expect(parseExactJson('1e3')).toEqual(ok(1000))
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
    expect(parseExactJson(`[${'9'.repeat(2_000_000)}]`)).toEqual(fail('an integer has more than 21 digits'))
    expect(performance.now() - started).toBeLessThan(200)
    expect(parseExactJson(`[-${'9'.repeat(21)}]`)).toEqual(ok([-999999999999999999999n]))
  })

  it('reads every integer that JavaScript writes without an exponent', () => {
    expect(parseExactJson(JSON.stringify([-1e20, 999999999999999900000]))).toEqual(
      ok([-100000000000000000000n, 999999999999999900000n]),
    )
  })

  it('survives text that is nested without end', () => {
    expect(parseExactJson('['.repeat(500_000) + ']'.repeat(500_000)).ok).toBe(false)
  })

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
    ['lists with a number whose digits count', '[12345678901234567890,', ']'],
  ])('refuses %s that are nested more deeply than anything that walks through them', (_name, open, close) => {
    const nested = (depth: number) => open.repeat(depth) + '0' + close.repeat(depth)
    expect(parseExactJson(nested(1024)).ok).toBe(true)
    for (const depth of [1025, 3000, 5000]) expect(parseExactJson(nested(depth)).ok).toBe(false)
  })

  it('keeps keys that mean something to JavaScript as plain keys', () => {
    const parsed = parseExactJson('{"__proto__": {"row": 1}}')
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__'])
    expect(parsed.ok && Object.hasOwn(parsed.value as object, 'row')).toBe(false)
  })
})

describe('writeExactJson', () => {
  it('writes every number as it was', () => {
    const text = '{"a":[9007199254740993,1.0,1e+21,0.5,-0.0],"b":{},"c":[],"__proto__":null}'
    const parsed = parseExactJson(text)
    expect(parsed.ok && writeExactJson(parsed.value, 0)).toBe(text.replace('-0.0', '0.0'))
  })

  it('writes what reads back as the same, in lines and in one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const parsed = parseExactJson(JSON.stringify(value))
        const text = parsed.ok ? writeExactJson(parsed.value, indent) : ''
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        if (indent === 2) expect(text).toBe(JSON.stringify(JSON.parse(text), null, 2))
      }),
    )
  })
})
