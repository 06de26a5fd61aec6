import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import type { Restrictions } from '../permissions/restrictions.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Actor } from './actor.ts'
import type { Signer } from './signing.ts'

/** API tokens: `dstok_` and a signed payload (host.md §2). The actor is in the token; nothing is stored. */

/** How every token of this kind begins. Tokens that begin otherwise are somebody else's. */
export const TOKEN_PREFIX = 'dstok_'

const NAMESPACE = 'token'

/** What must be written as integers: `1700000000.0` is no time (host.md §2.2). */
const INTEGER_KEYS = ['t', 'd']

/** The content of a token (host.md §2.1). Further keys are signed along and do not reach the actor. */
export type TokenPayload = {
  /** The actor's id. */
  readonly a: string | number
  /** When it was made. */
  readonly t: EpochSeconds
  /** How many seconds it lives. Absent: until the secret changes. */
  readonly d?: number
  /** What it may do at most. Absent: whatever its actor may. */
  readonly _r?: Restrictions
}

/** Makes a token. */
export function signToken(signer: Signer, payload: TokenPayload & JsonObject): string {
  return TOKEN_PREFIX + signer.sign(payload, NAMESPACE)
}

/** Why a token is refused, with the words that the client gets to read (host.md §2.2). */
export const TOKEN_REFUSALS = {
  'switched-off': 'Signed tokens are not enabled for this Datasette instance',
  'bad-signature': 'Invalid token signature',
  'bad-payload': 'Invalid token: unreadable payload',
  'no-timestamp': 'Invalid token: no timestamp',
  'bad-timestamp': 'Invalid token: invalid timestamp',
  'bad-duration': 'Invalid token: invalid duration',
  'no-actor': 'Invalid token: no actor id',
  expired: 'Token has expired',
} as const

export type TokenRefusal = keyof typeof TOKEN_REFUSALS

/** Checks the signature of a token and gives its content, whatever that is. What it says is for `judgeTokenPayload`. */
export function verifyToken(
  signer: Signer,
  token: string,
): Result<JsonValue, 'bad-signature' | 'bad-payload'> {
  if (!token.startsWith(TOKEN_PREFIX)) return fail('bad-signature')
  return signer.verify(token.slice(TOKEN_PREFIX.length), NAMESPACE, INTEGER_KEYS)
}

/**
 * Who a correctly signed token speaks for at this moment.
 *
 * `maxTtlSeconds` is the `max_signed_tokens_ttl` setting, 0 for none. It caps every token, also those that say
 * they never expire by a lifetime of 0. `_r` is handed on as it stands: one that makes no sense allows nothing.
 * So is the id, whatever JSON it is: `actorId` says who is somebody.
 */
export function judgeTokenPayload(
  payload: JsonValue,
  maxTtlSeconds: number,
  now: EpochSeconds,
): Result<Actor, TokenRefusal> {
  if (!isJsonObject(payload) || payload['t'] === undefined) return fail('no-timestamp')
  const created = wholeNumber(payload['t'])
  if (created === null) return fail('bad-timestamp')
  const stated = wholeNumber(payload['d'] ?? 0)
  if (stated === null) return fail('bad-duration')

  const isCapped = maxTtlSeconds > 0 && (stated === 0 || stated > maxTtlSeconds)
  const lifetime = isCapped ? maxTtlSeconds : stated
  if (lifetime !== 0 && now - created > lifetime) return fail('expired')

  const id = payload['a']
  if (id === undefined) return fail('no-actor')
  return ok({
    id,
    token: 'dstok',
    ...(payload['_r'] !== undefined && { _r: payload['_r'] }),
    ...(lifetime !== 0 && { token_expires: created + lifetime }),
  })
}

/** A whole number, or null. Datasette's Python counts true as 1 and false as 0. */
function wholeNumber(value: JsonValue): number | null {
  const number = typeof value === 'boolean' ? Number(value) : value
  return Number.isSafeInteger(number) && typeof number === 'number' ? number : null
}
