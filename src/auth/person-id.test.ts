import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPersonId, loadPersonId, personIdOf, storePersonId } from './person-id.ts'

describe('isPersonId', () => {
  it.each([['ann'], [42], [0], ['0']])('takes %j', (id) => expect(isPersonId(id)).toBe(true))

  it.each([[''], [null], [undefined], [true], [['root']], [{}], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    'refuses %j',
    (id) => expect(isPersonId(id)).toBe(false),
  )
})

describe('personIdOf', () => {
  it('names the person behind an actor, if there is one', () => {
    expect([{ id: 42 }, { id: 'ann' }, { id: '' }, { name: 'Ann' }, null].map(personIdOf)).toEqual([
      42,
      'ann',
      null,
      null,
      null,
    ])
  })
})

describe('storePersonId', () => {
  it('keeps a number apart from its digits', () => {
    expect([storePersonId(42), storePersonId('42')]).toEqual(['42', '"42"'])
  })

  it('round-trips with loadPersonId', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 })
    // JSON has one zero.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((id) => !Object.is(id, -0))
    fc.assert(
      fc.property(fc.oneof(text, number), (id) => {
        expect(loadPersonId(storePersonId(id))).toBe(id)
      }),
    )
  })
})

describe('loadPersonId', () => {
  it.each(['alice', 'null', '""', '["root"]', ''])('throws for %j', (text) => {
    expect(() => loadPersonId(text)).toThrow()
  })
})
