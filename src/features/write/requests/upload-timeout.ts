import { BODY_TIMEOUT_MS, type BodyLimits } from '../../../http/body.ts'

/** Bytes per second below which a client is too slow. */
const SLOWEST_BYTES_PER_SECOND = 256 * 1024

/** What a bulk body may cost, where `maxBytes` is the largest: who is slow is found out on the way, and not at its end. */
export function uploadLimits(maxBytes: number): BodyLimits {
  return { maxBytes, timeoutMs: BODY_TIMEOUT_MS, bytesPerSecond: SLOWEST_BYTES_PER_SECOND }
}

/** How long a bulk body may take to arrive, where `maxBytes` is the largest. */
export function uploadTimeoutMs(maxBytes: number): number {
  return BODY_TIMEOUT_MS + (maxBytes / SLOWEST_BYTES_PER_SECOND) * 1000
}
