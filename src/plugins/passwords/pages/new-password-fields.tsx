import type { JSX } from 'hono/jsx/jsx-runtime'
import { PasswordField } from '../../../plugin.ts'
import type { NewPasswordRefusal } from '../protocol/password-refusal.ts'
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../protocol/password-rule.ts'

type Fault = Extract<NewPasswordRefusal, { kind: 'unusable' }>['fault']

/** The two fields of a password that somebody chooses. */
export function NewPasswordFields({ fault }: { readonly fault: Fault | null }): JSX.Element {
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
        label="Repeat it"
        fillIn="new-password"
        error={fault === 'different' ? FAULTS.different : null}
      />
    </>
  )
}

const FAULTS: Readonly<Record<Fault, string>> = {
  'too-short': `This has fewer than ${MIN_PASSWORD_LENGTH} characters.`,
  'too-long': `This has more than ${MAX_PASSWORD_LENGTH} characters.`,
  'easy-to-guess':
    'This is easy to guess: it is a common password, a repetition, a row of keys, or your name. Mix words that others would not expect together.',
  same: 'This is the password that you have now. Nothing was changed.',
  different: 'This is not the same as above.',
}
