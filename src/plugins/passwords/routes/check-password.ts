import { fail, ok, type AppContext, type Result } from '../../../plugin.ts'
import type { Accounts } from '../accounts.ts'
import type { CountedSubject } from '../protocol/attempts.ts'
import type { PasswordHash } from '../protocol/ids.ts'
import type { PasswordRefusal } from '../protocol/password-refusal.ts'

export type PasswordCheck = {
  readonly password: string
  /** Null when there is none to match. */
  readonly hash: PasswordHash | null
  /** Whom a wrong password counts for. */
  readonly subjects: readonly CountedSubject[]
}

/** Compares a password, after counting the try, and gives the hash that it matched. A try is taken back unless the password was wrong. */
export async function checkPassword(
  accounts: Accounts,
  c: AppContext,
  check: PasswordCheck,
): Promise<Result<PasswordHash, PasswordRefusal>> {
  const checked = await compare(accounts, check)
  if (!checked.ok) {
    accounts.host.log.warn({ address: c.env.address, reason: checked.error.kind }, 'passwords.refused')
  }
  return checked
}

async function compare(
  { attempts, hasher, host }: Accounts,
  { password, hash, subjects }: PasswordCheck,
): Promise<Result<PasswordHash, PasswordRefusal>> {
  const attempt = await attempts.count(subjects, host.clock.now())
  if (attempt.kind === 'too-many') return fail(attempt)
  const matched = await hasher.matching(password, hash)
  const proven = matched.ok ? matched.value : null
  if (matched.ok && proven === null) return fail({ kind: 'wrong' })
  await attempts.takeBack(attempt.attemptId)
  return proven === null ? fail({ kind: 'busy' }) : ok(proven)
}
