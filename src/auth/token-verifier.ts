import type { JsonValue } from '../http/json.ts'
import type { Result } from '../result.ts'
import type { Signer } from './signing.ts'
import { verifyToken } from './token-format.ts'

/** A compressed token can be short and say much. What says more than this, in characters of JSON, is verified anew each time. */
const MAX_REMEMBERED_LENGTH = 4096

/** How many tokens a server remembers. */
const CAPACITY = 1000

/** Gives the content of a correctly signed token. */
export type TokenVerifier = (token: string) => Result<JsonValue, 'bad-signature' | 'bad-payload'>

/**
 * A verifier that remembers the `capacity` tokens seen last, so that one which is sent, or asked about, again and
 * again costs no HMAC and no inflating. Only good signatures of tokens that say little are remembered: forgeries cannot push others out.
 * Whether a token is expired or ended is not part of the memory, and when the previous secret ends, so does the memory.
 */
export function createTokenVerifier(signer: Signer, capacity = CAPACITY): TokenVerifier {
  const remembered = new Map<string, ReturnType<TokenVerifier>>()

  let acceptedPrevious = signer.acceptsPrevious()

  return (token) => {
    const acceptsPrevious = signer.acceptsPrevious()
    if (acceptsPrevious !== acceptedPrevious) remembered.clear()
    acceptedPrevious = acceptsPrevious

    const known = remembered.get(token)
    const verified = known ?? verifyToken(signer, token)
    if (!verified.ok) return verified
    if (known === undefined && JSON.stringify(verified.value).length > MAX_REMEMBERED_LENGTH) return verified

    // A Map keeps the order of insertion: taking a token out and back in makes it the youngest.
    remembered.delete(token)
    remembered.set(token, verified)
    const [oldest] = remembered.keys()
    if (remembered.size > capacity && oldest !== undefined) remembered.delete(oldest)
    return verified
  }
}
