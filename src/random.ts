import { randomBytes, randomFillSync } from 'node:crypto'

/** Where randomness comes from. Only the composition root and tests make one. */
export interface Random {
  /** `byteCount` bytes from a cryptographically secure source. */
  bytes(byteCount: number): Uint8Array
}

/** How much is asked of the operating system at once: to ask takes as long for this much as for sixteen bytes. */
const POOL_BYTES = 4096

/** The operating system's secure source. */
export const systemRandom: Random = createSystemRandom()

/** What was given out stands nowhere else any more. */
function createSystemRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES)
  let taken = POOL_BYTES
  return {
    bytes: (byteCount) => {
      if (byteCount > POOL_BYTES) return randomBytes(byteCount)
      if (taken + byteCount > POOL_BYTES) {
        randomFillSync(pool)
        taken = 0
      }
      const given = pool.slice(taken, taken + byteCount)
      pool.fill(0, taken, (taken += byteCount))
      return given
    },
  }
}

/** `byteCount` random bytes written as twice as many lower-case hex digits. */
export function randomHex(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('hex')
}
