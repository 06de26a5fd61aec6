import { attemptSubject, type AttemptSubject, type InvitationHash, type UserName } from './ids.ts'

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
  browser: [
    { attempts: 10, seconds: 900 },
    { attempts: 50, seconds: 86_400 },
  ],
  /** For the old password that is asked for when somebody changes theirs: whoever sits down at an open browser gets no further. */
  change: [
    { attempts: 10, seconds: 900 },
    { attempts: 50, seconds: 86_400 },
  ],
  /** For new passwords that an invitation is sent with: judging one takes the server's own time. */
  invitation: [{ attempts: 30, seconds: 900 }],
  /** For a network, whichever names it tries, and for the site that it is part of. */
  network: [{ attempts: 30, seconds: 900 }],
  site: [{ attempts: 100, seconds: 900 }],
} as const satisfies Readonly<Record<string, readonly AttemptLimit[]>>

/** How long an attempt counts for anything, in seconds. */
export const LONGEST_WINDOW_SECONDS = Math.max(
  ...Object.values(ATTEMPT_LIMITS).flatMap((limits) => limits.map(({ seconds }) => seconds)),
)

/** Somebody whom an attempt counts for, and how many are theirs. */
export type CountedSubject = { readonly subject: AttemptSubject; readonly limits: readonly AttemptLimit[] }

/** Whom an attempt to sign in counts for: a browser that is known for itself alone, any other for the name, whether anybody has it or not, and for where it is. */
export function signInSubjects(
  name: UserName,
  from: { readonly browserId: string | null; readonly network: string; readonly site: string },
): readonly CountedSubject[] {
  if (from.browserId !== null) {
    return [{ subject: attemptSubject('browser', from.browserId), limits: ATTEMPT_LIMITS.browser }]
  }
  return [
    { subject: attemptSubject('name', name), limits: ATTEMPT_LIMITS.name },
    { subject: attemptSubject('network', from.network), limits: ATTEMPT_LIMITS.network },
    { subject: attemptSubject('site', from.site), limits: ATTEMPT_LIMITS.site },
  ]
}

/** Whom an old password counts for that is asked for at a change. */
export function changeSubjects(name: UserName): readonly CountedSubject[] {
  return [{ subject: attemptSubject('change', name), limits: ATTEMPT_LIMITS.change }]
}

/** Whom the new passwords count for that an invitation is sent with. */
export function invitationSubjects(invitation: InvitationHash): readonly CountedSubject[] {
  return [{ subject: attemptSubject('invitation', invitation), limits: ATTEMPT_LIMITS.invitation }]
}
