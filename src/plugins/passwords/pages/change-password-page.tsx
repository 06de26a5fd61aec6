import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton, Notice, PasswordField } from '../../../plugin.ts'
import { NewPassword, type NewPasswordFault } from './new-password.tsx'
import { OwnName } from './own-name.tsx'
import { ReadableConnection } from './sign-in-page.tsx'

export type ChangePasswordPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** The way out that changes nothing. */
  readonly homePath: string
  readonly name: string
  /** What is wrong with the old password that was sent. */
  readonly currentError: string | null
  readonly fault: NewPasswordFault | null
  /** Whether others on the way can read what is typed. */
  readonly isReadable: boolean
}

/** Lets somebody change their password. Goes into a narrow page. */
export function ChangePasswordPage(props: ChangePasswordPageProps): JSX.Element {
  return (
    <>
      <h1>Change your password</h1>
      {(props.currentError ?? props.fault) !== null && (
        <Notice kind="danger" title="Nothing was changed">
          <p>See below what is wrong, and send it again.</p>
        </Notice>
      )}
      {props.isReadable && <ReadableConnection />}
      <p>
        You stay signed in here, and are signed out at every other browser. Apps that you gave access keep it.
      </p>
      <form method="post" action={props.action} class="form">
        <OwnName name={props.name} />
        <PasswordField
          name="password"
          label="Password until now"
          fillIn="current-password"
          error={props.currentError}
        />
        <NewPassword fault={props.fault} />
        <div class="actions">
          <LinkButton kind="plain" path={props.homePath}>
            Leave it
          </LinkButton>
          <Button kind="primary">Change password</Button>
        </div>
      </form>
    </>
  )
}
