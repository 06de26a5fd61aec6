import type { Clock } from '../clock.ts'
import { isJsonObject, type JsonObject } from '../http/json.ts'
import { narrowActor, type Restrictions } from '../permissions/restrictions.ts'
import { RESERVED_ACTOR_KEYS, type Actor } from './actor.ts'
import type { AppGrant, AuthScheme, SchemeAnswer } from './scheme.ts'
import { judgeTokenPayload, TOKEN_PREFIX, TOKEN_REFUSALS, type TokenRefusal } from './token-format.ts'
import type { TokenVerifier } from './token-verifier.ts'

export type TokenSchemeDeps = {
  readonly verify: TokenVerifier
  readonly clock: Clock
  /** The `allow_signed_tokens` setting. */
  readonly allowSignedTokens: boolean
  /** The `max_signed_tokens_ttl` setting, in seconds; 0 for none. */
  readonly maxTtlSeconds: number
  /** Asked at each request. */
  readonly tokenGrant: TokenGrantCheck
}

/** What stands behind a token. */
export type TokenGrant =
  /** It is refused all the same, because what it came from was ended. `message` is public. */
  | { readonly kind: 'refused'; readonly message: string }
  /**
   * It is good. `person` is what more is known of whom it speaks for: roles, a name; the token's own facts stand. `grant` is
   * what the audit trail says of the app behind it. `restrictions` are what it may do at most, each of them, whatever it says itself.
   */
  | {
      readonly kind: 'live'
      readonly person: JsonObject
      readonly grant: AppGrant
      readonly restrictions: readonly Restrictions[]
    }

/** What is known of a signed, unexpired token beyond what it says, or null. `address` is as in `AuthScheme`. */
export type TokenGrantCheck = (
  payload: JsonObject,
  request: Request,
  address: string | null,
) => Promise<TokenGrant | null>

/**
 * Signs in whoever sends a good `dstok_` token as `Authorization: Bearer` (host.md §2.2, RFC 6750 §2.1). The word
 * `Bearer` may have any case; exactly one space follows it. Tokens with another beginning are not ours and are
 * left to other schemes; tokens anywhere else in a request are not looked at (RFC 9700 §4.3.2).
 */
export function createTokenScheme(deps: TokenSchemeDeps): AuthScheme {
  return async (request, address) => {
    const token = bearerToken(request.headers.get('authorization'))
    if (token === null || !token.startsWith(TOKEN_PREFIX)) return { kind: 'not-mine' }
    if (!deps.allowSignedTokens) return refused('switched-off')

    const verified = deps.verify(token)
    if (!verified.ok) return refused(verified.error)
    const judged = judgeTokenPayload(verified.value, deps.maxTtlSeconds, deps.clock.now())
    if (!judged.ok) return refused(judged.error)

    const grant = isJsonObject(verified.value)
      ? await deps.tokenGrant(verified.value, request, address)
      : null
    if (grant?.kind === 'refused') return grant
    if (grant === null) return { kind: 'actor', actor: judged.value, session: null, grant }
    return {
      kind: 'actor',
      actor: grant.restrictions.reduce(narrowActor, withPerson(judged.value, grant.person)),
      session: null,
      grant: grant.grant,
    }
  }
}

function withPerson(actor: Actor, person: JsonObject): Actor {
  const known = Object.entries(person).filter(([key]) => !RESERVED_ACTOR_KEYS.has(key))
  return { ...actor, ...Object.fromEntries(known) }
}

function bearerToken(authorization: string | null): string | null {
  return /^bearer (?<token>.*)$/isu.exec(authorization ?? '')?.groups?.['token'] ?? null
}

function refused(reason: TokenRefusal): SchemeAnswer {
  return { kind: 'refused', message: TOKEN_REFUSALS[reason] }
}
