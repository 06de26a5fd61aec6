/** Bytes per second below which a client is too slow for the largest body. */
const SLOWEST_BYTES_PER_SECOND = 256 * 1024

/** How long a bulk body may take to arrive, where `maxBytes` is the largest. */
export function uploadTimeoutMs(maxBytes: number): number {
  return 60_000 + (maxBytes / SLOWEST_BYTES_PER_SECOND) * 1000
}
