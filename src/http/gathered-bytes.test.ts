import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { GatheredBytes } from './gathered-bytes.ts'

it('puts pieces together as they came, and begins anew when they are taken', () => {
  const bytes = new GatheredBytes()
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (pieces) => {
      for (const piece of pieces) bytes.add(piece)
      const whole = Buffer.concat(pieces)
      expect(bytes.length).toBe(whole.byteLength)
      expect(bytes.take()).toEqual(whole)
      expect(bytes.length).toBe(0)
    }),
  )
})

it('holds on to no piece', () => {
  const bytes = new GatheredBytes()
  const piece = new Uint8Array(1)
  for (const byte of [1, 2, 3]) {
    piece[0] = byte
    bytes.add(piece)
  }
  expect([...bytes.take()]).toEqual([1, 2, 3])
})
