import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, LinkButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'

export type SignInPageProps = {
  /** The services to sign in with; paths are ready for a link and know the way back. */
  readonly links: readonly { readonly label: string; readonly path: string }[]
  /** Where the owner's one-time token is redeemed: a GET with `token` (the token or the whole link) and `next`. */
  readonly tokenAction: string
  /** The path on this site to go on to; null for the home page. */
  readonly next: string | null
  /** Why signing in did not work. */
  readonly error: string | null
}

/** Every way to sign in. Goes into a narrow page. */
export function SignInPage({ links, tokenAction, next, error }: SignInPageProps): JSX.Element {
  return (
    <>
      <h1>Sign in</h1>
      {error !== null && <Notice kind="danger" title={error} />}
      {links.length === 0 ? (
        <p>
          Nobody has an account on this site yet. Only the owner of the server can sign in, with a one-time
          link.
        </p>
      ) : (
        <>
          <p>Choose how to sign in. You come back here afterwards.</p>
          <ul class="choices">
            {links.map((link) => (
              <li>
                <LinkButton kind="primary" path={link.path}>
                  {link.label}
                </LinkButton>
              </li>
            ))}
          </ul>
        </>
      )}
      <section class="owner-sign-in">
        <h2>Do you run this server?</h2>
        <p>
          Started with <code>--root</code>, it writes a link to its terminal that signs you in once. Paste it
          here.
          {links.length === 0 && (
            <>
              {' '}
              To let others sign in, run <code>tapedeck users add NAME</code>, or connect a sign-in service.
            </>
          )}
        </p>
        <form method="get" action={tokenAction} class="form">
          {next !== null && <input type="hidden" name="next" value={next} />}
          <TextField name="token" label="One-time link" value="" text="code" required />
          <div class="actions">
            <Button kind="plain">Sign in with the link</Button>
          </div>
        </form>
      </section>
    </>
  )
}
