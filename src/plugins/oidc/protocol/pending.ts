/**
 * A sign-in that is under way, in a signed cookie of the browser that began it: the answer counts in that browser and in no
 * other (CVE-2026-27124). Each sign-in has a cookie of its own, so that two tabs do not disturb each other.
 */
import { z } from 'zod'
import {
  parseLocalPath,
  randomHex,
  type EpochSeconds,
  type LocalPath,
  type Random,
  type Signer,
} from '../../../plugin.ts'

export type PendingSignIn = {
  /** The path that the provider was told to send the browser back to. */
  readonly callback: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** Where the person goes afterwards; null for the home page. */
  readonly next: LocalPath | null
  readonly expiresAt: EpochSeconds
}

/** How long a person may take at the provider, in seconds. */
export const PENDING_TTL_SECONDS = 3600

/** Most sign-ins of one browser that are under way; beginning another ends the rest. */
export const MAX_PENDING = 4

/** Most characters of one cookie. All of them together stay well below what a server takes as headers, whatever address somebody is made to begin with. */
const MAX_COOKIE_LENGTH = 2800

export const PENDING_COOKIE_PREFIX = 'tapedeck_sign_in_'

const NAMESPACE = 'tapedeck-oidc-sign-in'

/** Begins a sign-in: everything in it is random (OpenID Connect Core §3.1.2.1, RFC 7636 §4.1). */
export function newPending(
  callback: string,
  next: LocalPath | null,
  random: Random,
  now: EpochSeconds,
): PendingSignIn {
  return {
    callback,
    state: randomHex(random, 32),
    nonce: randomHex(random, 32),
    codeVerifier: randomHex(random, 32),
    next,
    expiresAt: now + PENDING_TTL_SECONDS,
  }
}

/** The name of the cookie of this state; null for text that is no state of ours. */
export function pendingCookieName(state: string): string | null {
  return /^[0-9a-f]{64}$/u.test(state) ? PENDING_COOKIE_PREFIX + state.slice(0, 16) : null
}

/** The value of the cookie. A way back that is too long for it is left out: the person then lands on the home page. */
export function sealPending(pending: PendingSignIn, signer: Signer): string {
  const sealed = signer.sign(pending, NAMESPACE)
  return sealed.length <= MAX_COOKIE_LENGTH ? sealed : signer.sign({ ...pending, next: null }, NAMESPACE)
}

/** The sign-in that this cookie keeps for this callback and this state, or null. */
export function openPending(
  cookie: string,
  signer: Signer,
  expected: { readonly callback: string; readonly state: string; readonly now: EpochSeconds },
): PendingSignIn | null {
  const verified = signer.verify(cookie, NAMESPACE)
  const parsed = verified.ok ? pendingSchema.safeParse(verified.value) : null
  if (parsed === null || !parsed.success) return null
  const pending = parsed.data
  const isExpected = pending.callback === expected.callback && pending.state === expected.state
  return isExpected && pending.expiresAt > expected.now ? pending : null
}

const pendingSchema = z.strictObject({
  callback: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : parseLocalPath(text))),
  expiresAt: z.int(),
})
