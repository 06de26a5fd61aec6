import { describe, expect, it } from 'vitest'
import { RootToken } from './root-token.ts'

const make = () => new RootToken({ bytes: (byteCount) => new Uint8Array(byteCount).fill(0xab) })
const TEXT = 'ab'.repeat(32)

describe('RootToken', () => {
  it('is 64 hex digits', () => expect(make().text).toBe(TEXT))

  it('signs in one visitor as root, once', () => {
    const token = make()
    expect(token.redeem(TEXT, null)).toEqual({ kind: 'signed-in', actor: { id: 'root' } })
    expect(token.redeem(TEXT, null)).toEqual({ kind: 'refused', message: 'Root token has already been used' })
    expect(token.redeem('', null)).toEqual({ kind: 'refused', message: 'Root token has already been used' })
  })

  it.each(['', 'ab', `${TEXT}0`, TEXT.toUpperCase(), `${TEXT.slice(1)}é`])(
    'refuses %j and stays good',
    (presented) => {
      const token = make()
      expect(token.redeem(presented, null)).toEqual({ kind: 'refused', message: 'Invalid token' })
      expect(token.redeem(TEXT, null).kind).toBe('signed-in')
    },
  )

  it('is not spent by a visitor who is root already', () => {
    const token = make()
    expect(token.redeem(TEXT, { id: 'root' })).toEqual({ kind: 'already-root' })
    expect(token.redeem(TEXT, { id: 'ann' }).kind).toBe('signed-in')
  })
})
