import {
  fail,
  isJsonObject,
  matchesAllowBlock,
  ok,
  RESERVED_ACTOR_KEYS,
  ROOT_ACTOR_ID,
  type Actor,
  type AllowBlock,
  type JsonObject,
  type JsonValue,
  type Result,
} from '../../../plugin.ts'

/** How a profile becomes an actor, and who may sign in. */
export type ProfileRules = {
  /** The claim that becomes the id. */
  readonly actorIdClaim: string
  /** Keys of the actor, and the claim (or path with dots) that each comes from. */
  readonly claims: Readonly<Record<string, string>>
  /** Null for everybody. */
  readonly allow: AllowBlock | null
  /** Lower case; null for all. */
  readonly allowedDomains: readonly string[] | null
}

export type ProfileFailure =
  /** There is no text where the id should be, or one that is too long for an id or has characters that nobody sees. */
  | { readonly reason: 'id-missing'; readonly claim: string }
  | { readonly reason: 'email-not-verified' }
  /** The provider named somebody `root`. */
  | { readonly reason: 'id-reserved' }
  | { readonly reason: 'not-allowed' }

/** What cannot be seen, or turns text round: an id with it could pass for another on a page. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|^\s|\s$/u

/** Longest id, in characters. OpenID Connect Core §2 bounds `sub` at 255. */
const MAX_ID_LENGTH = 255

/** Claims about the token and not about the person. */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'nonce',
  'auth_time',
  'azp',
  'at_hash',
  'c_hash',
  's_hash',
  'sid',
])

/**
 * The actor of a profile: all that the provider says of the person, under its own names, and `id` from the claim that the
 * configuration names. An email address that the provider calls unverified is left out: anybody can write anybody's. What only this server may say of an actor (`id`, `token`, `_r`, `token_expires`) is never taken over,
 * and nobody becomes `root`.
 */
export function actorOfProfile(profile: JsonObject, rules: ProfileRules): Result<Actor, ProfileFailure> {
  const id = findClaim(profile, rules.actorIdClaim)
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH || UNSEEN.test(id)) {
    return fail({ reason: 'id-missing', claim: rules.actorIdClaim })
  }
  // Whoever can write any address into a profile could be anybody.
  if (rules.actorIdClaim === 'email' && profile['email_verified'] !== true) {
    return fail({ reason: 'email-not-verified' })
  }
  if (id.normalize('NFKC').toLowerCase() === ROOT_ACTOR_ID) return fail({ reason: 'id-reserved' })

  const isUnverified = profile['email_verified'] === false
  const said = Object.entries(profile).filter(
    ([key]) =>
      !RESERVED_ACTOR_KEYS.has(key) &&
      !PROTOCOL_CLAIMS.has(key) &&
      // What the configuration takes from elsewhere must not come from here when it is missing there.
      !Object.hasOwn(rules.claims, key) &&
      !(key === 'email' && isUnverified),
  )
  const mapped = Object.entries(rules.claims).flatMap(([key, claim]): [string, JsonValue][] => {
    const value = findClaim(profile, claim)
    return value === null || RESERVED_ACTOR_KEYS.has(key) ? [] : [[key, value]]
  })
  const actor: Actor = { ...Object.fromEntries(said), ...Object.fromEntries(mapped), id }
  return isAllowed(actor, profile, rules) ? ok(actor) : fail({ reason: 'not-allowed' })
}

function isAllowed(actor: Actor, profile: JsonObject, { allow, allowedDomains }: ProfileRules): boolean {
  if (allow !== null && !matchesAllowBlock(allow, actor)) return false
  if (allowedDomains === null) return true
  const { email, email_verified: isVerified } = profile
  if (typeof email !== 'string' || isVerified !== true) return false
  return allowedDomains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase())
}

/** A claim by its name, which may have dots in it (`https://example.com/roles`), else by a path into nested claims. */
function findClaim(profile: JsonObject, path: string): JsonValue {
  if (Object.hasOwn(profile, path)) return profile[path] ?? null
  let found: JsonValue = profile
  for (const name of path.split('.')) {
    if (!isJsonObject(found) || !Object.hasOwn(found, name)) return null
    found = found[name] ?? null
  }
  return found
}
