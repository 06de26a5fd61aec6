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
