/** Why a bearer token is asked for (RFC 6750 §3). */
export type BearerChallenge =
  /** The request said nothing about who asks, so no error is named (RFC 6750 §3.1). */
  | { readonly kind: 'no-credentials' }
  /** The token is malformed, expired or ended: 401. */
  | { readonly kind: 'invalid-token' }
  /** The token is good and does not reach far enough: 403. `scope` names all that is needed, space-separated. */
  | { readonly kind: 'insufficient-scope'; readonly scope: string }

/** The value of a `WWW-Authenticate` header. */
export function bearerChallenge(challenge: BearerChallenge): string {
  const written = parametersOf(challenge)
    .map(([name, value]) => `${name}="${quotable(value)}"`)
    .join(', ')
  return written === '' ? 'Bearer' : `Bearer ${written}`
}

/** Adds to a challenge where its client learns who gives out tokens (RFC 9728 §5.1). Any other header stays as it is. */
export function withResourceMetadata(challenge: string, address: string): string {
  if (!/^Bearer(?: |$)/u.test(challenge)) return challenge
  return `${challenge}${challenge === 'Bearer' ? ' ' : ', '}resource_metadata="${quotable(address)}"`
}

function parametersOf(challenge: BearerChallenge): readonly (readonly [name: string, value: string])[] {
  switch (challenge.kind) {
    case 'no-credentials':
      return []
    case 'invalid-token':
      return [['error', 'invalid_token']]
    case 'insufficient-scope':
      return [
        ['error', 'insufficient_scope'],
        ['scope', challenge.scope],
      ]
  }
}

/** RFC 6750 §3 allows printable ASCII without `"` and `\` between the quotes. The rest is percent-encoded, so nothing can end the value early. */
function quotable(value: string): string {
  return value.toWellFormed().replace(/[^\u0020\u0021\u0023-\u005B\u005D-\u007E]/gu, encodeURIComponent)
}
