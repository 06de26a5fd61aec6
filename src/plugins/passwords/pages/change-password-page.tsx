import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton, Notice, PasswordField } from '../../../plugin.ts'
import type { NewPasswordRefusal } from '../protocol/password-refusal.ts'
import { NewPasswordFields } from './new-password-fields.tsx'
import { OwnName } from './own-name.tsx'
import { ReadableConnection } from './readable-connection.tsx'
import { refusalWords } from './refusal-words.ts'

export type ChangePasswordPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** The way out that changes nothing. */
  readonly homePath: string
  readonly name: string
  /** Why nothing was changed; null for a form that was not sent yet. */
  readonly refusal: NewPasswordRefusal | null
  /** Whether others on the way can read what is typed. */
  readonly isReadable: boolean
}

/** Lets somebody change their password. Goes into a narrow page. */
export function ChangePasswordPage(props: ChangePasswordPageProps): JSX.Element {
  const { action, homePath, name, refusal, isReadable } = props
  const words = refusal === null || refusal.kind === 'unusable' ? null : refusalWords(refusal, WRONG)
  return (
    <>
      <h1>Change your password</h1>
      {refusal !== null && (
        <Notice kind="danger" title="Nothing was changed">
          <p>See below what is wrong, and send it again.</p>
        </Notice>
      )}
      {isReadable && <ReadableConnection />}
      <p>
        You stay signed in here, and are signed out at every other browser. Apps that you gave access keep it.
      </p>
      <form method="post" action={action} class="form">
        <OwnName name={name} />
        <PasswordField
          name="password"
          label="Current password"
          fillIn="current-password"
          error={words === null ? null : `${words.title}. ${words.advice}`}
        />
        <NewPasswordFields fault={refusal?.kind === 'unusable' ? refusal.fault : null} />
        <div class="actions">
          <LinkButton kind="plain" path={homePath}>
            Cancel
          </LinkButton>
          <Button kind="primary">Change password</Button>
        </div>
      </form>
    </>
  )
}

const WRONG = {
  title: 'This is not your password',
  advice: 'Nothing was changed. Type it again, and the new one too.',
}
