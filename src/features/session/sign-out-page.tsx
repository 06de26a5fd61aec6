import type { JSX } from 'hono/jsx/jsx-runtime'
import type { EpochSeconds } from '../../clock.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Tag } from '../../ui/tag.tsx'
import { Time } from '../../ui/time.tsx'

export type SignOutPageProps = {
  /** What the person is called. */
  readonly label: string
  /** Where the forms post to; with `everywhere` all sessions end. */
  readonly action: string
  /** The way out that changes nothing. */
  readonly homePath: string
  /** Where the person is signed in, newest first. What a browser calls itself is foreign text. */
  readonly sessions: readonly {
    readonly createdAt: EpochSeconds
    readonly address: string
    readonly userAgent: string | null
    /** Whether it is this browser. */
    readonly isHere: boolean
  }[]
}

/** Asks whether to sign out, here or everywhere. Goes into a narrow page. */
export function SignOutPage({ label, action, homePath, sessions }: SignOutPageProps): JSX.Element {
  return (
    <>
      <h1>Sign out?</h1>
      <p>
        You are signed in as <bdi class="name">{label}</bdi>. Your API tokens, and apps that you gave access,
        keep working.
      </p>
      <form method="post" action={action} class="actions actions-even" data-sign-out>
        <LinkButton kind="plain" path={homePath}>
          Stay signed in
        </LinkButton>
        <Button kind="primary">Sign out</Button>
      </form>
      {sessions.length > 0 && (
        <section>
          <h2>Where you are signed in</h2>
          <ul class="rows">
            {sessions.map((session) => (
              <li>
                <span>
                  <bdi class="name">{session.userAgent ?? 'A browser that does not say what it is'}</bdi>
                  <br />
                  <bdi class="code">{session.address}</bdi>, since <Time at={session.createdAt} />
                </span>
                {session.isHere && <Tag kind="neutral">This browser</Tag>}
              </li>
            ))}
          </ul>
          <p>Something here that you do not know? End them all, this one too.</p>
          <form method="post" action={action} class="actions" data-sign-out>
            <Button kind="danger" field={{ name: 'everywhere', value: 'yes' }}>
              Sign out everywhere
            </Button>
          </form>
        </section>
      )}
    </>
  )
}
