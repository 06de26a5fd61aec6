import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, Notice, PasswordField, TextField } from '../../../plugin.ts'
import { ReadableConnection } from './readable-connection.tsx'

export type SignInPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** The name that was typed. */
  readonly name: string
  /** The path on this site to go on to; null for the home page. */
  readonly next: string | null
  /** Why nobody was signed in, and what to do now. */
  readonly problem: { readonly title: string; readonly advice: string } | null
  /** Whether others on the way can read what is typed. */
  readonly isReadable: boolean
}

/** Asks for name and password. Goes into a narrow page. */
export function SignInPage({ action, name, next, problem, isReadable }: SignInPageProps): JSX.Element {
  return (
    <>
      <h1>Sign in with a password</h1>
      {problem !== null && (
        <Notice kind="danger" title={problem.title}>
          <p>{problem.advice}</p>
        </Notice>
      )}
      {isReadable && <ReadableConnection />}
      <form method="post" action={action} class="form">
        {next !== null && <input type="hidden" name="next" value={next} />}
        <TextField
          name="name"
          label="Name"
          value={name}
          text="code"
          fillIn="username"
          maxLength={100}
          required
        />
        <PasswordField name="password" label="Password" fillIn="current-password" />
        <div class="actions">
          <Button kind="primary">Sign in</Button>
        </div>
      </form>
      <p>Forgotten? Whoever runs this site can send you a link with which you choose a new one.</p>
    </>
  )
}
