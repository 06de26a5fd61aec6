import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible } from './visible-text.ts'

describe('visible', () => {
  it('shows what would rewrite the terminal as what it is', () => {
    expect(visible('a\u001B[2Jb\u0007\u009Bc\nd\re\tf\u202Eg')).toBe(
      String.raw`a\x1b[2Jb\x07\x9bc\nd\re\tf\u202eg`,
    )
  })

  it('leaves everything else alone', () => expect(visible('Zoë 日本語 👩‍🔬 \\n')).toBe('Zoë 日本語 👩‍🔬 \\n'))

  it('lets no control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
      }),
    )
  })
})
