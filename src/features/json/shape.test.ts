import { describe, expect, it } from 'vitest'
import { HttpError } from '../../http/http-error.ts'
import { rowsByKey, rowsInForm } from './shape.ts'

describe('rowsInForm', () => {
  it('writes rows whose values were changed', () => {
    const doubled = (values: readonly string[]) => values.map((value) => `${value}${value}`)
    expect(rowsInForm(['[1,2]'], 'objects', ['a', 'b'], doubled)).toEqual(['{"a":11,"b":22}'])
    expect(rowsInForm(['[1,2]'], 'arrays', ['a', 'b'], doubled)).toEqual(['[11,22]'])
  })

  it('gives up before changed values fill the memory', () => {
    const large = `"${'x'.repeat(1024 * 1024)}"`
    const rows = Array.from({ length: 1000 }, () => '[1]')
    expect(() => rowsInForm(rows, 'arrays', ['a'], () => [large])).toThrow(HttpError)
    const keyed = rows.map((_row, place) => `[${place}]`)
    expect(() => rowsByKey(['a'], ['a'], keyed, () => [large])).toThrow(HttpError)
  })
})
