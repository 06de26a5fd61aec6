import { describe, expect, it } from 'vitest'
import { errorEnvelope } from './error-envelope.ts'

describe('errorEnvelope', () => {
  it('joins the messages and repeats the status', () => {
    expect(JSON.stringify(errorEnvelope(400, ['first', 'second']))).toBe(
      '{"ok":false,"error":"first; second","errors":["first","second"],"status":400}',
    )
  })
})
