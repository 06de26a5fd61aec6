import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../http/json.ts'
import { formatMessages, parseMessages } from './messages-cookie.ts'
import type { FlashMessage } from '../routing/page-view.ts'
import { createSigner } from '../auth/signing.ts'

const signer = createSigner('test-secret')
const VECTOR = 'W1siSGVsbG8gJiA8Yj4iLDFdLFsiQ2FyZWZ1bCIsMl1d.1cGMr7vpWUIxV-eWQ_5rs5t9VpM'
const NOTES: readonly FlashMessage[] = [
  { text: 'Hello & <b>', kind: 'info' },
  { text: 'Careful', kind: 'warning' },
]

describe('formatMessages', () => {
  it('writes the cookie that Datasette writes', () => expect(formatMessages(signer, NOTES)).toBe(VECTOR))
})

describe('parseMessages', () => {
  it('reads the cookie that Datasette writes', () => expect(parseMessages(signer, VECTOR)).toEqual(NOTES))

  it('reads back what formatMessages writes', () => {
    const note = fc.record({ text: fc.string(), kind: fc.constantFrom('info', 'warning', 'error') })
    fc.assert(
      fc.property(fc.array(note), (notes) => {
        expect(parseMessages(signer, formatMessages(signer, notes))).toEqual(notes)
      }),
    )
  })

  it('passes over what is not a note', () => {
    const odd: JsonValue = [
      ['kept', 3],
      'text',
      ['no kind'],
      ['unknown kind', 4],
      ['half', 1.5],
      [7, 1],
      null,
    ]
    expect(parseMessages(signer, signer.sign(odd, 'messages'))).toEqual([{ text: 'kept', kind: 'error' }])
  })

  it.each([
    ['a forged cookie', `${VECTOR.slice(0, -1)}A`],
    ['an empty cookie', ''],
    ['an object', signer.sign({ 0: ['x', 1] }, 'messages')],
    ['another namespace', signer.sign([['x', 1]], 'actor')],
  ])('has no notes for %s', (_what, value) => expect(parseMessages(signer, value)).toEqual([]))
})
