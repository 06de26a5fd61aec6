import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../../random.ts'
import { ATTEMPT_LIMITS, ATTEMPT_WINDOW_SECONDS } from './user-code-attempts.ts'
import { DEVICE_CODE_TTL_SECONDS } from './device-request.ts'
import { isUserCode, newUserCode, parseUserCode } from './user-code.ts'

const CHARACTERS = Array.from('BCDFGHJKMNPQRSTVWXYZ23456789')
const codes = fc
  .array(fc.constantFrom(...CHARACTERS), { minLength: 8, maxLength: 8 })
  .map((all) => `${all.slice(0, 4).join('')}-${all.slice(4).join('')}`)

describe('newUserCode', () => {
  it('writes two groups of four', () => {
    for (let count = 0; count < 200; count += 1) {
      expect(newUserCode(systemRandom)).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/u)
    }
  })

  it('uses every character of its alphabet equally often, whatever the bytes are', () => {
    const seen = new Map<string, number>()
    let next = 0
    const counting = { bytes: (count: number) => Uint8Array.from({ length: count }, () => next++ % 256) }
    for (let count = 0; count < 63; count += 1) {
      for (const character of newUserCode(counting).replace('-', '')) {
        seen.set(character, (seen.get(character) ?? 0) + 1)
      }
    }
    expect([...seen.keys()].toSorted()).toEqual(CHARACTERS.toSorted())
    expect(Math.max(...seen.values()) - Math.min(...seen.values())).toBeLessThanOrEqual(1)
  })

  it('T83: keeps 32 bits after all the tries that its life allows', () => {
    expect(ATTEMPT_WINDOW_SECONDS).toBeGreaterThanOrEqual(DEVICE_CODE_TTL_SECONDS)
    const bits = 8 * Math.log2(CHARACTERS.length)
    expect(bits).toBeGreaterThanOrEqual(34)
    expect(bits - Math.log2(ATTEMPT_LIMITS.inTotal)).toBeGreaterThanOrEqual(32)
  })
})

describe('parseUserCode', () => {
  it.each(['bcdf2345', 'BCDF 2345', 'bcdf-2345', ' bc df — 23‑45\t', 'BCDF-2345'])('T82: reads %j', (typed) =>
    expect(parseUserCode(typed)).toBe('BCDF-2345'),
  )

  it('reads back every code, in any case and with or without its dash', () => {
    fc.assert(
      fc.property(codes, fc.boolean(), fc.boolean(), (code, small, bare) => {
        const cased = small ? code.toLowerCase() : code
        expect(parseUserCode(bare ? cased.replace('-', '') : cased)).toBe(code)
        expect(isUserCode(code)).toBe(true)
      }),
    )
  })

  it.each([
    '',
    '-',
    'BCDF-234',
    'BCDF-23456',
    'AAAA-BBBB',
    'BCDF_2345',
    'BCDF-2345\u0000',
    'ＢＣＤＦ2345',
    'ßCDF-2345',
  ])('refuses %j', (typed) => expect(parseUserCode(typed)).toBeNull())
})
