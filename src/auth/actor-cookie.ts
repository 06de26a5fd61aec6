import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonValue } from '../http/json.ts'
import type { Actor } from './actor.ts'
import { formatBase62, parseBase62 } from './base62.ts'
import type { Signer } from './signing.ts'

/** The cookie that keeps a person signed in (host.md §3.1). */
export const ACTOR_COOKIE = 'ds_actor'

const NAMESPACE = 'actor'

/** What a cookie says. */
export type ActorCookie = {
  readonly actor: Actor
  /** The session that must last for the cookie to be good; null for a cookie that needs none, such as Datasette makes. */
  readonly sessionId: string | null
}

/**
 * The cookie's value. It is good until the end of `expiresAt`; null means as long as the browser keeps it. The session
 * stands beside the actor, where Datasette looks at nothing (host.md §3.1).
 */
export function formatActorCookie(
  signer: Signer,
  { actor, sessionId }: ActorCookie,
  expiresAt: EpochSeconds | null,
): string {
  const payload = {
    a: actor,
    ...(expiresAt !== null && { e: formatBase62(expiresAt) }),
    ...(sessionId !== null && { s: sessionId }),
  }
  return signer.sign(payload, NAMESPACE)
}

/** Reads a cookie's value, or null for one that is forged, expired, or names nobody: the visitor is then anonymous. */
export function parseActorCookie(signer: Signer, value: string, now: EpochSeconds): ActorCookie | null {
  const verified = signer.verify(value, NAMESPACE, ['e'])
  if (!verified.ok || !isJsonObject(verified.value)) return null

  const { a: actor, e: expiry, s: sessionId = null } = verified.value
  if (!isJsonObject(actor) || Object.keys(actor).length === 0) return null
  if (sessionId !== null && typeof sessionId !== 'string') return null
  return isCurrent(expiry, now) ? { actor, sessionId } : null
}

function isCurrent(expiry: JsonValue | undefined, now: EpochSeconds): boolean {
  if (expiry === undefined || expiry === null || expiry === '') return true
  // A number is read as the base 62 digits it is written with, as Datasette does. A Unix time so read lies far ahead.
  if (typeof expiry !== 'string' && typeof expiry !== 'number') return false
  const expiresAt = parseBase62(String(expiry))
  return expiresAt !== null && now <= expiresAt
}
