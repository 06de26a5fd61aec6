import type { JSX } from 'hono/jsx/jsx-runtime'
import { PasswordField } from '../../../plugin.ts'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type PasswordFault } from '../protocol/password-rule.ts'

/** Why a new password was not taken. `different`: it was not written the same twice. */
export type NewPasswordFault = PasswordFault | 'different'

/** The two fields of a password that somebody chooses. */
export function NewPassword({ fault }: { readonly fault: NewPasswordFault | null }): JSX.Element {
  return (
    <>
      <PasswordField
        name="new_password"
        label="New password"
        hint={`At least ${MIN_PASSWORD_LENGTH} characters. Four or five words that have nothing to do with each other are easy to remember and hard to guess.`}
        fillIn="new-password"
        minLength={MIN_PASSWORD_LENGTH}
        error={fault === null || fault === 'different' ? null : FAULTS[fault]}
      />
      <PasswordField
        name="again"
        label="Once more"
        fillIn="new-password"
        error={fault === 'different' ? FAULTS.different : null}
      />
    </>
  )
}

const FAULTS: Readonly<Record<NewPasswordFault, string>> = {
  'too-short': `This has fewer than ${MIN_PASSWORD_LENGTH} characters.`,
  'too-long': `This has more than ${MAX_PASSWORD_LENGTH} characters.`,
  'easy-to-guess':
    'This is easy to guess: it is a common password, a repetition, a row of keys, or your name. Mix words that others would not expect together.',
  different: 'This is not the same as above.',
}
