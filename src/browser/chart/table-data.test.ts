import { describe, expect, it } from 'vitest'
import { firstChoice, kindOfText, linePoints, numberOf, type Column } from './table-data.ts'

const column = (kind: Column['kind'], ...values: string[]): Column => ({ name: kind, kind, values })

describe('kindOfText', () => {
  it.each([
    ['years', ['2024', '2025']],
    ['months, and a cell without one', ['2024-01', '']],
    ['days', ['2024-01-31']],
    ['times', ['2024-01-31 10:00:00', '2024-01-31T10:00Z']],
  ])('knows %s', (_what, values) => expect(kindOfText(values)).toBe('date'))

  it.each([
    ['names among dates', ['2024-01-31', 'later']],
    ['numbers', ['20240131']],
    ['nothing', ['', '']],
  ])('takes %s for names', (_what, values) => expect(kindOfText(values)).toBe('name'))
})

describe('firstChoice', () => {
  it('draws the first number along dates, rather than along names', () => {
    const columns = [column('name', 'a', 'b'), column('number', '1', '2'), column('date', '2024', '2025')]
    expect(firstChoice(columns)).toEqual({ along: 2, drawn: 1 })
  })

  it('draws the second number along the first where there is nothing else', () => {
    expect(firstChoice([column('number', '2024', '2025'), column('number', '1', '2')])).toEqual({
      along: 0,
      drawn: 1,
    })
  })

  it.each([
    ['no number', [column('name', 'a', 'b'), column('date', '2024', '2025')]],
    ['a number alone', [column('number', '1', '2')]],
    ['one row', [column('name', 'a'), column('number', '1')]],
    ['no column', []],
  ])('offers nothing for %s', (_what, columns) => expect(firstChoice(columns)).toBeNull())
})

describe('linePoints', () => {
  it('puts rows in the order of time, in UTC, and leaves out those without a date or number', () => {
    const points = linePoints(['2024-01-02 00:00', '2024-01-01', '', '2024-01-03'], ['2', '1', '9', ''])
    expect(points).toEqual([
      { x: Date.UTC(2024, 0, 1), y: 1, date: '2024-01-01' },
      { x: Date.UTC(2024, 0, 2), y: 2, date: '2024-01-02 00:00' },
    ])
  })
})

describe('numberOf', () => {
  it('takes an empty cell for no number, not for zero', () => expect(numberOf('')).toBeNaN())
})
