import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton } from '../../../plugin.ts'

/** Says that a link leads nowhere any more. Goes into a narrow page. */
export function InvitationOverPage({ signInPath }: { readonly signInPath: string }): JSX.Element {
  return (
    <>
      <h1>This link is over</h1>
      <p>It was used, it is more than a week old, or a newer one took its place. Nothing was changed.</p>
      <p>
        If you have chosen your password, sign in with it. If not, ask whoever runs this site for a new link.
      </p>
      <p class="actions">
        <LinkButton kind="primary" path={signInPath}>
          Sign in
        </LinkButton>
      </p>
    </>
  )
}
