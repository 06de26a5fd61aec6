import { randomBytes } from 'node:crypto'

/** Where randomness comes from. Only the composition root and tests make one. */
export interface Random {
  /** `byteCount` bytes from a cryptographically secure source. */
  bytes(byteCount: number): Uint8Array
}

/** The operating system's secure source. */
export const systemRandom: Random = { bytes: (byteCount) => randomBytes(byteCount) }

/** `byteCount` random bytes written as twice as many lower-case hex digits. */
export function randomHex(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('hex')
}
