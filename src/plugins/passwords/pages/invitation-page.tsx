import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Notice } from '../../../plugin.ts'
import { NewPassword, type NewPasswordFault } from './new-password.tsx'
import { OwnName } from './own-name.tsx'
import { ReadableConnection } from './sign-in-page.tsx'

export type InvitationPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** What proves that the reader was invited. */
  readonly token: string
  /** Who is invited. */
  readonly name: string
  /** What the person is called who is signed in at this browser; null for nobody, and for the invited. */
  readonly signedInAs: string | null
  /** `busy`: it was good, but too many others were at it. */
  readonly fault: NewPasswordFault | 'busy' | null
  /** Whether others on the way can read what is typed. */
  readonly isReadable: boolean
}

/** Lets somebody who was invited choose a password. Goes into a narrow page. */
export function InvitationPage(props: InvitationPageProps): JSX.Element {
  const { action, token, name, signedInAs, fault, isReadable } = props
  return (
    <>
      <h1>Choose your password</h1>
      {fault === 'busy' && (
        <Notice kind="danger" title="Too many people sign in at once">
          <p>Your invitation is still good. Send the password again in a few seconds.</p>
        </Notice>
      )}
      {fault !== null && fault !== 'busy' && (
        <Notice kind="danger" title="The password was not taken">
          <p>Your invitation is still good. See below what is wrong, and send it again.</p>
        </Notice>
      )}
      {signedInAs !== null && (
        <Notice kind="warning" title="Somebody else is signed in here">
          <p>
            This browser is signed in as <bdi class="name">{signedInAs}</bdi>. When you go on, it will be
            signed in as <bdi class="name">{name}</bdi> instead.
          </p>
        </Notice>
      )}
      {isReadable && <ReadableConnection />}
      <p>
        You were invited to this site as <bdi class="name">{name}</bdi>. The link works once; afterwards you
        sign in with your name and the password.
      </p>
      <form method="post" action={action} class="form">
        <input type="hidden" name="token" value={token} />
        <OwnName name={name} />
        <NewPassword fault={fault === 'busy' ? null : fault} />
        <div class="actions">
          <Button kind="primary">Set password and sign in</Button>
        </div>
      </form>
    </>
  )
}
