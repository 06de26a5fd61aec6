import type { Actor } from '../auth/actor.ts'
import type { EpochSeconds } from '../clock.ts'

/**
 * Who is signed in at which browser. A session is a row in the internal database; the signed `ds_actor` cookie names it.
 * So a session can be ended from elsewhere, although the cookie itself would go on being good.
 *
 * Cookies that name no session are Datasette's own, signed with the same secret. They are taken as they are.
 */

/** How long a session lasts without being used, in seconds. */
export const SESSION_TTL_SECONDS = 14 * 86_400

/** How long a session lasts however much it is used, in seconds: then its person proves once more who they are. */
export const SESSION_MAX_SECONDS = 90 * 86_400

/** A session that is used is prolonged when this much of its time is over, in seconds: at most one write a day. */
export const SESSION_RENEW_SECONDS = 86_400

/** Where a person signed in, when that was not here. */
export type Upstream = {
  /** Who the provider says it is (`iss` of its ID tokens). */
  readonly issuer: string
  /** Whom it signed in (`sub`). */
  readonly subject: string
  /** Its own session (`sid`), which it can end from its side; null when it names none. */
  readonly sid: string | null
  /** The ID token, which the provider asks for when the person signs out; null when it is not wanted. */
  readonly idToken: string | null
}

/** A person who has just proven who they are. */
export type SignIn = {
  /** Everything that rules may match on. An actor without an `id` can sign in and owns nothing. */
  readonly actor: Actor
  /** Null for somebody who signed in here. */
  readonly upstream: Upstream | null
}

/** A session as its owner sees it. */
export type SessionSummary = {
  readonly id: string
  readonly createdAt: EpochSeconds
  readonly address: string
  readonly userAgent: string | null
}

/** What a provider says that it has ended: one of its sessions, everything of one person, or one session of a person. */
export type EndedUpstream =
  | { readonly sid: string; readonly subject: string | null }
  | { readonly sid: null; readonly subject: string }
