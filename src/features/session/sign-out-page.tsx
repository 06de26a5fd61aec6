import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton } from '../../ui/button.tsx'

export type SignOutPageProps = {
  /** What the person is called. */
  readonly label: string
  /** Where the form posts to. */
  readonly action: string
  /** The way out that changes nothing. */
  readonly homePath: string
}

/** Asks whether to sign out. Goes into a narrow page. */
export function SignOutPage({ label, action, homePath }: SignOutPageProps): JSX.Element {
  return (
    <>
      <h1>Sign out?</h1>
      <p>
        You are signed in as <bdi class="name">{label}</bdi>. Your API tokens, and apps that you gave access,
        keep working.
      </p>
      <form method="post" action={action} class="actions actions-even">
        <LinkButton kind="plain" path={homePath}>
          Stay signed in
        </LinkButton>
        <Button kind="primary">Sign out</Button>
      </form>
    </>
  )
}
