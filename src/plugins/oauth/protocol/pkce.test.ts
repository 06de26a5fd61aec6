import { describe, expect, it } from 'vitest'
import type { CodeChallenge } from './ids.ts'
import { isCodeChallenge, verifierMatches } from './pkce.ts'

// RFC 7636 appendix B
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = challenge('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')

function challenge(text: string): CodeChallenge {
  if (!isCodeChallenge(text)) throw new Error(`not a challenge: ${text}`)
  return text
}

describe('verifierMatches', () => {
  it('T45: accepts the vector of RFC 7636 appendix B', () => {
    expect(verifierMatches(VERIFIER, CHALLENGE)).toBe(true)
  })

  it('refuses the challenge itself, which would be the method plain', () => {
    expect(verifierMatches(CHALLENGE, CHALLENGE)).toBe(false)
  })

  it.each([
    ['another verifier', 'x'.repeat(43)],
    ['a verifier cut short', VERIFIER.slice(0, -1)],
    ['T48: 42 characters', 'x'.repeat(42)],
    ['T48: 129 characters', 'x'.repeat(129)],
    ['T48: a character outside the alphabet', `${'x'.repeat(42)}+`],
    ['a line end behind', `${VERIFIER}\n`],
    ['nothing', ''],
  ])('refuses %s', (_fault, verifier) => expect(verifierMatches(verifier, CHALLENGE)).toBe(false))
})

describe('isCodeChallenge', () => {
  it.each([43, 128])('accepts %i unreserved characters', (length) => {
    expect(isCodeChallenge('a'.repeat(length))).toBe(true)
  })

  it.each([
    ['T51: 42 characters', 'a'.repeat(42)],
    ['T51: 129 characters', 'a'.repeat(129)],
    ['padding', `${'a'.repeat(43)}=`],
    ['a character of plain base64', `${'a'.repeat(42)}+`],
  ])('refuses %s', (_fault, text) => expect(isCodeChallenge(text)).toBe(false))
})
