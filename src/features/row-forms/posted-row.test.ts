import { describe, expect, it } from 'vitest'
import type { SqlValue } from '../../database/values.ts'
import { ok } from '../../result.ts'
import { storedState } from './field-state.ts'
import type { FormField } from './form-field.ts'
import { postedValues, withStoredBreaks } from './posted-row.ts'

const bytes: FormField = {
  column: 'v',
  type: 'BLOB',
  kind: 'bytes',
  isKey: false,
  isNullable: true,
  filledWith: null,
  choices: [],
  refersTo: null,
}
const edited = (text: string, stored: SqlValue) =>
  postedValues([bytes], new Map([['v', storedState(text)]]), () => stored)

it.each<[string, SqlValue, SqlValue]>([
  ['6', 5n, 6n],
  ['1.5', 5n, 1.5],
  ['7', 1.5, 7n],
  ['six', 5n, 'six'],
  ['6', 'five', '6'],
])('%s in a column of bytes stays a number where one was: %s', (text, stored, value) => {
  expect(edited(text, stored)).toEqual(ok(new Map([['v', value]])))
})

describe('withStoredBreaks', () => {
  it.each([
    ['in text of one form', 'a\r\nb', 'a\nb\nc', 'a\r\nb\r\nc'],
    ['in text of the other', 'a\nb', 'a\nb\nc', 'a\nb\nc'],
    ['around what nobody changed', 'a\r\nb\nc\nd\r\ne', 'a\nb\nC\nd\ne', 'a\r\nb\nC\nd\r\ne'],
    ['before a line that is new', 'a\nb\r\nc', 'a\nnew\nb\nc', 'a\nnew\nb\r\nc'],
    ['after a line that is gone', 'a\nb\nc\r\nd', 'a\nc\nd', 'a\nc\r\nd'],
    ['of the first computers', 'a\rb', 'a\nb\nc', 'a\rb\rc'],
    ['where nothing was', 'a', 'a\nb', 'a\nb'],
    ['where all is gone', 'a\r\nb', '', ''],
  ])('keeps breaks %s', (_what, stored, text, written) => {
    expect(withStoredBreaks(text, stored)).toBe(written)
  })
})
