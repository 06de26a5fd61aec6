import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonObject } from '../http/json.ts'
import { listEntries, readAllowlist } from '../permissions/restrictions.ts'
import { judgeTokenPayload } from './token-format.ts'
import type { TokenVerifier } from './token-verifier.ts'

/** What a correctly signed, unexpired token says. */
export type GoodToken = {
  readonly payload: JsonObject
  /** Null for one that does not expire. */
  readonly expiresAt: EpochSeconds | null
  /** What it may do at most, actions by name or abbreviation; null for a token without restrictions. */
  readonly entries: ReturnType<typeof listEntries> | null
}

/** Reads a token; null for one that is not good now. `maxTtlSeconds` is as in `judgeTokenPayload`. */
export function readGoodToken(
  verify: TokenVerifier,
  token: string,
  maxTtlSeconds: number,
  now: EpochSeconds,
): GoodToken | null {
  const verified = verify(token)
  if (!verified.ok || !isJsonObject(verified.value)) return null
  const judged = judgeTokenPayload(verified.value, maxTtlSeconds, now)
  if (!judged.ok) return null
  const allowlist = readAllowlist(judged.value)
  const expiresAt = judged.value['token_expires']
  return {
    payload: verified.value,
    expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
    entries: allowlist === null ? null : listEntries(allowlist),
  }
}
