/** Seconds since 1970-01-01T00:00:00Z, whole. */
export type EpochSeconds = number

/** Where time comes from. Only the composition root and tests make one. */
export interface Clock {
  /** The present moment in whole seconds. */
  now(): EpochSeconds
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) }
