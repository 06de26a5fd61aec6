import { argon2, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import type { Random } from '../../../plugin.ts'
import { formatPasswordHash, type PasswordHash } from './ids.ts'

/** Memory in KiB, passes and lanes: among the settings of argon2id (RFC 9106) that OWASP names as equally strong, the one with two passes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const

const SALT_BYTES = 16
const HASH_BYTES = 32

/** What a name without a password is compared with, so that it takes as long as any other. Nobody knows a password for it. */
export const NOBODYS_HASH = formatPasswordHash(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES))

const PHC =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[\w+/]+)\$(?<hash>[\w+/]+)$/u

/** Hashes a password with a salt of its own. */
export async function hashPassword(password: string, random: Random): Promise<PasswordHash> {
  const salt = Buffer.from(random.bytes(SALT_BYTES))
  const hash = await derive(password, { ...COST, nonce: salt, tagLength: HASH_BYTES })
  return formatPasswordHash(COST, salt, hash)
}

/** Whether this is the password. Costs what making the hash did, right or wrong. Throws for a hash that nobody here made. */
export async function matchesPassword(password: string, kept: PasswordHash): Promise<boolean> {
  const parts = PHC.exec(kept)?.groups
  if (parts === undefined) throw new TypeError('a kept password must be an argon2id PHC string')
  const { memory, passes, parallelism, salt = '', hash = '' } = parts
  const wanted = Buffer.from(hash, 'base64')
  const given = await derive(password, {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: wanted.length,
  })
  return timingSafeEqual(given, wanted)
}

/** Accents can be typed in two ways that look the same: one form of each is taken (RFC 8265 §4.2.1). */
function derive(password: string, cost: Omit<Argon2Parameters, 'message'>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { ...cost, message: password.normalize('NFC') }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}
