import type { EpochSeconds } from '../../../plugin.ts'

/** How long a wrong code counts, in seconds: as long as a code lasts, so that no code can be tried more often than this. */
export const ATTEMPT_WINDOW_SECONDS = 900

/**
 * How many wrong codes count in one window before no code is looked at any more, not even the right one (RFC 8628 §5.1).
 * Of the 38.4 bits of a code those of all people together leave more than 32.
 */
export const ATTEMPT_LIMITS = { perPerson: 5, perNetwork: 10, inTotal: 80 } as const

/** Seconds until the oldest attempt of a full window no longer counts. */
export function retryAfterSeconds(oldestAt: EpochSeconds, now: EpochSeconds): number {
  return Math.max(1, oldestAt + ATTEMPT_WINDOW_SECONDS - now)
}
