import { assert, bigInt, constant, double, oneof, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFieldText } from './field-value.ts'
import { doubtAbout } from './field-doubt.ts'
import type { FieldKind, FormField } from './form-field.ts'
import { asSent, fingerprint, isTouched, storedState } from './field-state.ts'

describe('parseFieldText', () => {
  it.each([
    ['integer', '9223372036854775807', 9223372036854775807n],
    ['integer', ' -5 ', -5n],
    ['number', '1.0', 1],
    ['number', '7', 7n],
    ['any', '1e3', 1000],
    ['any', 'seven', 'seven'],
    ['text', ' 5 ', ' 5 '],
    ['json', '{"n": 9007199254740993}', '{"n": 9007199254740993}'],
    ['email', ' ann@example.com', 'ann@example.com'],
    ['url', 'https://example.com/a?b', 'https://example.com/a?b'],
    ['url', '', ''],
  ] as const)('reads %s: %s', (kind, text, value) => {
    expect(parseFieldText(kind, text)).toEqual({ ok: true, value })
  })

  it.each([
    ['integer', '9223372036854775808'],
    ['integer', '1.5'],
    ['integer', '0x10'],
    ['integer', '1_000'],
    ['number', 'NaN'],
    ['number', '1e999'],
    ['json', "{'a': 1}"],
    ['email', 'ann'],
    ['url', 'javascript:alert(1)'],
  ] as const)('refuses %s: %s', (kind, text) => {
    expect(parseFieldText(kind, text)).toMatchObject({ ok: false })
  })

  it('reads every number as it is shown', () => {
    const numbers = oneof(
      double({ noNaN: true, noDefaultInfinity: true }),
      bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    )
    assert(
      property(numbers, (value) => {
        expect(parseFieldText('number', storedState(value).text)).toEqual({ ok: true, value })
      }),
    )
  })
})

describe('doubtAbout', () => {
  const field = (kind: FieldKind): FormField => ({
    column: 'v',
    type: '',
    kind,
    isKey: false,
    isNullable: false,
    filledWith: null,
    choices:
      kind === 'boolean'
        ? [
            { value: 'Y', label: 'Yes' },
            { value: 'N', label: 'No' },
          ]
        : [],
    refersTo: null,
  })

  it.each([
    ['date', '2024-02-29'],
    ['date', '2024-02-29 23:59'],
    ['moment', '0099-01-01T00:00:00.5Z'],
    ['moment', '2024-02-29 10:00+02:00'],
    ['time', '23:59:59'],
    ['decimal', ' -12.50'],
    ['boolean', 'Y'],
    ['text', '31.12.2020 tomorrow'],
  ] as const)('takes %s: %s', (kind, text) => expect(doubtAbout(field(kind), text, null)).toBeNull())

  it.each([
    ['date', '31.12.2020 tomorrow', 'as a day'],
    ['date', '2020-02-31', 'There is no day 2020-02-31.'],
    ['date', '2023-02-29', 'There is no day'],
    ['date', ' 2020-02-01', 'as a day'],
    ['date', '1700000000', 'as a day'],
    ['moment', '2020-01-31 24:00', 'as a day and a time'],
    ['time', '25:00', 'as a time'],
    ['decimal', '12,50', 'with a point: 12.50.'],
    ['decimal', 'much', 'no number'],
    ['boolean', 'true', 'Y for yes and N for no'],
    ['text', '', 'empty'],
  ] as const)('asks about %s: %s', (kind, text, words) =>
    expect(doubtAbout(field(kind), text, null)).toContain(words),
  )

  it('lets a number follow a number in a column of dates', () => {
    expect(doubtAbout(field('moment'), '1700000001', 1700000000n)).toBeNull()
    expect(doubtAbout(field('moment'), 'soon', 1700000000n)).toContain('as a day')
  })
})

describe('isTouched', () => {
  it('knows a value that a browser sent back as it was shown', () => {
    const values = oneof(string({ unit: 'binary' }), double({ noNaN: true }), bigInt(), constant(null))
    assert(
      property(values, (value) => {
        const shown = storedState(value)
        const sent = { ...shown, text: asSent(shown.text).replaceAll('\n', '\r\n') }
        expect(isTouched(sent, fingerprint(value))).toBe(false)
      }),
    )
  })

  it('knows what was changed', () => {
    const state = storedState('a')
    expect(isTouched({ ...state, text: 'b' }, fingerprint('a'))).toBe(true)
    expect(isTouched({ ...state, text: '' }, fingerprint(null))).toBe(true)
    expect(isTouched({ ...state, instead: 'null' }, fingerprint(''))).toBe(true)
    const bytes = storedState(new Uint8Array([1]))
    const sent = { ...bytes, instead: null, file: new Uint8Array([1]) }
    expect(isTouched(sent, fingerprint(new Uint8Array([1, 2])))).toBe(true)
    expect(isTouched(bytes, fingerprint(new Uint8Array([1])))).toBe(false)
  })
})
