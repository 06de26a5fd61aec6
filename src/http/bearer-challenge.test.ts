import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearerChallenge } from './bearer-challenge.ts'

describe('bearerChallenge', () => {
  it('T37: names no error when there were no credentials', () => {
    expect(bearerChallenge({ kind: 'no-credentials' })).toBe('Bearer')
  })

  it('T36: asks for another token when this one is not good', () => {
    expect(bearerChallenge({ kind: 'invalid-token' })).toBe('Bearer error="invalid_token"')
  })

  it('T39: names the scopes that are missing', () => {
    const scope = 'execute-sql:my%20db view-database:my%20db'
    expect(bearerChallenge({ kind: 'insufficient-scope', scope })).toBe(
      `Bearer error="insufficient_scope", scope="${scope}"`,
    )
  })

  it('lets no value end early or start another header', () => {
    expect(bearerChallenge({ kind: 'insufficient-scope', scope: 'a", x="b\\\r\nSet-Cookie: c=d' })).toBe(
      'Bearer error="insufficient_scope", scope="a%22, x=%22b%5C%0D%0ASet-Cookie: c=d"',
    )
    expect(bearerChallenge({ kind: 'insufficient-scope', scope: 'half \uD800' })).toBe(
      'Bearer error="insufficient_scope", scope="half %EF%BF%BD"',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (scope) => {
        const challenge = bearerChallenge({ kind: 'insufficient-scope', scope })
        expect(challenge).toMatch(
          /^Bearer error="insufficient_scope", scope="[\u0020\u0021\u0023-\u005B\u005D-\u007E]*"$/u,
        )
      }),
    )
  })
})
