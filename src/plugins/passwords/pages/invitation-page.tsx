import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Notice } from '../../../plugin.ts'
import type { NewPasswordRefusal } from '../protocol/password-refusal.ts'
import { NewPasswordFields } from './new-password-fields.tsx'
import { OwnName } from './own-name.tsx'
import { ReadableConnection } from './readable-connection.tsx'
import { refusalWords } from './refusal-words.ts'

export type InvitationPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** What proves that the reader was invited. */
  readonly token: string
  /** Who is invited. */
  readonly name: string
  /** Whether they have a password already, which they may have forgotten. */
  readonly hasPassword: boolean
  /** What the person is called who is signed in at this browser; null for nobody, and for the invited. */
  readonly signedInAs: string | null
  /** Why the password was not taken; null for a form that was not sent yet. */
  readonly refusal: Exclude<NewPasswordRefusal, { kind: 'wrong' }> | null
  /** Whether others on the way can read what is typed. */
  readonly isReadable: boolean
}

/** Lets somebody choose a password who was sent a link. Goes into a narrow page. */
export function InvitationPage(props: InvitationPageProps): JSX.Element {
  const { action, token, name, hasPassword, signedInAs, refusal, isReadable } = props
  return (
    <>
      <h1>{hasPassword ? 'Choose a new password' : 'Choose your password'}</h1>
      {refusal !== null && <Refused refusal={refusal} />}
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
        {hasPassword ? 'This link is for a new password of ' : 'You were invited to this site as '}
        <bdi class="name">{name}</bdi>. The link works once; afterwards you sign in with your name and the
        password.
      </p>
      <form method="post" action={action} class="form">
        <input type="hidden" name="token" value={token} />
        <OwnName name={name} />
        <NewPasswordFields fault={refusal?.kind === 'unusable' ? refusal.fault : null} />
        <div class="actions">
          <Button kind="primary">Set password and sign in</Button>
        </div>
      </form>
    </>
  )
}

function Refused({
  refusal,
}: {
  readonly refusal: NonNullable<InvitationPageProps['refusal']>
}): JSX.Element {
  const words =
    refusal.kind === 'unusable'
      ? { title: 'The password was not taken', advice: 'See below what is wrong, and send it again.' }
      : refusalWords(refusal, { title: '', advice: '' })
  return (
    <Notice kind="danger" title={words.title}>
      <p>Your link is still good. {words.advice}</p>
    </Notice>
  )
}
