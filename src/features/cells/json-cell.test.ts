import { describe, expect, it } from 'vitest'
import { jsonInLines } from './json-cell.ts'

describe('jsonInLines', () => {
  it('gives each member a line and keeps every digit', () => {
    expect(jsonInLines('{"a": 9007199254740993, "b": [1.0]}')).toBe(
      '{\n  "a": 9007199254740993,\n  "b": [\n    1.0\n  ]\n}',
    )
  })

  it.each(['{', 'text', '5', '"[]"', '[1', '[a]', `[${'1,'.repeat(20_000)}1]`])(
    'is nothing for %.20s',
    (text) => {
      expect(jsonInLines(text)).toBeNull()
    },
  )
})
