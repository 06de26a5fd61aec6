import { describe, expect, it } from 'vitest'
import { parseReply } from './reply.ts'

describe('parseReply', () => {
  it('reads a reply', () => {
    expect(parseReply('{"kind":"failed","reason":"sql","message":"no such table: x"}')).toEqual({
      kind: 'failed',
      reason: 'sql',
      message: 'no such table: x',
    })
  })

  it.each([
    ['no JSON', '<html>'],
    ['an unknown kind', '{"kind":"please"}'],
    ['a missing part', '{"kind":"rows","columns":[]}'],
    ['an integer that is none', '{"kind":"rows","columns":["a"],"truncated":false,"lastRow":[{"i":"1e9"}]}'],
  ])('makes nothing of %s', (_name, text) => expect(parseReply(text)).toBeNull())
})
