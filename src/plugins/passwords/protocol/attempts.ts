import { attemptSubject, type AttemptSubject } from './ids.ts'
import type { UserName } from './user-name.ts'

/** At most so many wrong attempts in so many seconds. */
export type AttemptLimit = { readonly attempts: number; readonly seconds: number }

/** How many wrong passwords one subject has before no password is looked at any more, not even the right one. */
export const ATTEMPT_LIMITS = {
  /** For a name from browsers that never signed in with it, wherever they are: 50 a day are 18,000 guesses in a year. */
  name: [
    { attempts: 10, seconds: 900 },
    { attempts: 50, seconds: 86_400 },
  ],
  /** For a browser that did sign in with the name: it cannot be shut out by what others try. */
  browser: [{ attempts: 10, seconds: 900 }],
  /** For the old password that is asked for when somebody changes theirs: whoever sits down at an open browser gets no further. */
  change: [
    { attempts: 10, seconds: 900 },
    { attempts: 50, seconds: 86_400 },
  ],
  /** For a network, whichever names it tries. */
  network: [{ attempts: 30, seconds: 900 }],
} as const satisfies Readonly<Record<string, readonly AttemptLimit[]>>

/** How long an attempt counts for anything, in seconds. */
export const LONGEST_WINDOW_SECONDS = 86_400

/** Somebody whom an attempt counts for, and how many are theirs. */
export type CountedSubject = { readonly subject: AttemptSubject; readonly limits: readonly AttemptLimit[] }

/** Whom an attempt to sign in counts for: a browser that is known for itself alone, any other for the name, whether anybody has it or not, and for where it is. */
export function signInSubjects(
  name: UserName,
  from: { readonly browserId: string | null; readonly network: string },
): readonly CountedSubject[] {
  if (from.browserId !== null) {
    return [{ subject: attemptSubject('browser', from.browserId), limits: ATTEMPT_LIMITS.browser }]
  }
  return [
    { subject: attemptSubject('name', name), limits: ATTEMPT_LIMITS.name },
    { subject: attemptSubject('network', from.network), limits: ATTEMPT_LIMITS.network },
  ]
}

/** Whom an old password counts for that is asked for at a change. */
export function changeSubjects(name: UserName): readonly CountedSubject[] {
  return [{ subject: attemptSubject('change', name), limits: ATTEMPT_LIMITS.change }]
}
