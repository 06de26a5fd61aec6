import { fail, ok, type Result } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import type { PasswordHash } from '../protocol/ids.ts'
import type { CountedSubject } from '../protocol/attempts.ts'

/** Why a password opens nothing. */
export type PasswordRefusal =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }
  | { readonly kind: 'busy' }

export type PasswordCheck = {
  readonly password: string
  /** Null when there is none to match. */
  readonly hash: PasswordHash | null
  /** Whom a wrong password counts for. */
  readonly subjects: readonly CountedSubject[]
}

/** Compares a password, after counting the try, and gives the hash that it matched. A try is taken back unless the password was wrong. */
export async function checkPassword(
  { attempts, hasher, host }: Accounts,
  { password, hash, subjects }: PasswordCheck,
): Promise<Result<PasswordHash, PasswordRefusal>> {
  const attempt = await attempts.count(subjects, host.clock.now())
  if (attempt.kind === 'too-many') return fail(attempt)
  const matched = await hasher.matches(password, hash)
  if (matched.ok && !matched.value) return fail({ kind: 'wrong' })
  await attempts.takeBack(attempt.attemptId)
  return matched.ok && hash !== null ? ok(hash) : fail({ kind: 'busy' })
}
