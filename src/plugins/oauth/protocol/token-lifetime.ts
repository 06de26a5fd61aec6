import type { EpochSeconds } from '../../../plugin.ts'

/** How long a person lets a device in, in seconds: what the page offers, shortest first. */
const LIFETIMES = [900, 3600, 28_800, 86_400, 604_800, 2_592_000] as const

const DEFAULT_LIFETIME = 3600

/**
 * What a person can choose, in seconds, where the tokens of this site live `maxTtlSeconds` at most (null for no cap). Where
 * even the shortest is too long, the cap itself is the one choice.
 */
export function lifetimeChoices(maxTtlSeconds: number | null): readonly number[] {
  if (maxTtlSeconds === null) return LIFETIMES
  const allowed = LIFETIMES.filter((seconds) => seconds <= maxTtlSeconds)
  return allowed.length === 0 ? [maxTtlSeconds] : allowed
}

/** What is chosen at first: an hour, or the longest choice where an hour is too long. */
export function defaultLifetime(choices: readonly number[]): number {
  return choices.includes(DEFAULT_LIFETIME) ? DEFAULT_LIFETIME : Math.max(...choices)
}

/** Reads a posted choice; null for a lifetime that was not offered. Left out, it is the default. */
export function parseLifetime(text: string | null, choices: readonly number[]): number | null {
  if (text === null) return defaultLifetime(choices)
  return choices.find((seconds) => String(seconds) === text) ?? null
}

/** How long a grant can be refreshed at most, in seconds, however it is used: a year, or one idle lifetime where that is longer. */
export function longestRefreshing(refreshTtlSeconds: number): number {
  return Math.max(31_536_000, refreshTtlSeconds)
}

/** When refreshing ends for what begins now and lasts `lastsSeconds`; null where one access token lasts as long. */
export function refreshingEnds(
  now: EpochSeconds,
  accessTtlSeconds: number | null,
  lastsSeconds: number,
): EpochSeconds | null {
  return accessTtlSeconds === null || accessTtlSeconds >= lastsSeconds ? null : now + lastsSeconds
}

/**
 * When the last token of a grant has ended, at the latest: where it is not refreshed, the one token that is issued at `issuedAt`.
 * Null for a grant that lasts until it is ended.
 */
export function grantEndsAt(
  refreshEndsAt: EpochSeconds | null,
  issuedAt: EpochSeconds,
  ttlSeconds: number | null,
): EpochSeconds | null {
  return refreshEndsAt ?? (ttlSeconds === null ? null : issuedAt + ttlSeconds)
}

/** When a refresh token that is made now ends if nobody uses it. */
export function refreshExpiry(
  now: EpochSeconds,
  refreshTtlSeconds: number,
  endsAt: EpochSeconds | null,
): EpochSeconds {
  return Math.min(now + refreshTtlSeconds, endsAt ?? Infinity)
}

/** How long an access token that is made at `at` lasts, in seconds: never longer than refreshing does, and at least one, since 0 means for ever. */
export function accessLifetime(
  at: EpochSeconds,
  ttlSeconds: number | null,
  endsAt: EpochSeconds | null,
): number | null {
  if (endsAt === null) return ttlSeconds
  return Math.max(1, Math.min(ttlSeconds ?? Infinity, endsAt - at))
}
