import { formatDuration } from '../../../plugin.ts'
import type { PasswordRefusal } from '../protocol/password-refusal.ts'

/** A refused password in words for whoever sent it: what happened, and what to do now. */
export function refusalWords(
  refusal: PasswordRefusal,
  wrong: { readonly title: string; readonly advice: string },
) {
  switch (refusal.kind) {
    case 'wrong':
      return wrong
    case 'too-many':
      return {
        title: 'Too many wrong passwords',
        advice: `No password is looked at for now, not even the right one. Wait ${waitWords(refusal.retryAfterSeconds)}, then send it again.`,
      }
    case 'busy':
      return {
        title: 'Too many people sign in at once',
        advice: 'The password was not looked at. Send it again in a few seconds.',
      }
  }
}

/** Rounded up: a wait that is told too short would be in vain. */
function waitWords(seconds: number): string {
  const unit = seconds > 7200 ? 3600 : 60
  return formatDuration(Math.ceil(seconds / unit) * unit)
}
