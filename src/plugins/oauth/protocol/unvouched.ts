/**
 * How many apps there may be that nobody here registered, and for how long: strangers make them, so what they leave
 * must be bounded.
 */

/** An app that registered itself and that never fetched a token is *unused*. */
export const UNVOUCHED_LIMITS = {
  /** Unused ones of one network. */
  unusedPerNetwork: 20,
  /** All of one network, used or not. */
  perNetwork: 1000,
  /** Unused ones of one site: who has the many networks of a site must not fill the room of everybody. */
  unusedPerSite: 200,
  /** All of one site, used or not. */
  perSite: 2000,
  /** Unused ones of everybody. */
  unused: 1000,
  /** All of them, used or not. */
  inTotal: 10_000,
} as const

/** Most such apps that one person lets in at a time: what somebody uses stays, so they must not fill the room of others. */
export const MAX_UNVOUCHED_OF_PERSON = 100

/** How long an unused app is kept, in seconds. */
export const UNUSED_TTL_SECONDS = 86_400

/** Age from which an unused app gives way where a limit is reached, in seconds: a consent page is open for half an hour. */
export const GIVES_WAY_SECONDS = 3600

/** How long an app is kept after the last access that people gave it has ended, in seconds. */
export const IDLE_TTL_SECONDS = 30 * 86_400
