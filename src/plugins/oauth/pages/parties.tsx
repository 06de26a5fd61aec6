import type { JSX } from 'hono/jsx/jsx-runtime'
import { Tag } from '../../../plugin.ts'

/** Who asks for access. The name is foreign text. */
export type App = {
  readonly name: string
  /** Who registered the app on this site; null when it registered itself. */
  readonly registeredBy: string | null
  /** A public app has no secret, so it cannot prove that it is the one registered. */
  readonly kind: 'confidential' | 'public'
}

/** Who is signed in, and where the form of "Not you?" posts to. */
export type Person = { readonly label: string; readonly signOutPath: string }

/** Who asks, and how far that can be believed. */
export function AppIdentity({ app }: { readonly app: App }): JSX.Element {
  return (
    <>
      <bdi class="name">{app.name}</bdi> {app.registeredBy === null && <Tag kind="warning">Unverified</Tag>}
      <p class="explain">
        {app.registeredBy === null ? (
          'Nobody here has registered this app. It chose its own name.'
        ) : (
          <>
            Registered on this site by <bdi class="name">{app.registeredBy}</bdi>.
          </>
        )}{' '}
        {app.kind === 'public'
          ? 'It runs on people’s devices, so another program could pretend to be it.'
          : 'It proves who it is with a secret.'}
      </p>
    </>
  )
}

/** Who is asked. Has a form of its own, outside the decision's: leaving is not an answer to the app. */
export function SignedInAs({ person }: { readonly person: Person }): JSX.Element {
  return (
    <div class="consent-person">
      <bdi class="name">{person.label}</bdi>
      <form method="post" action={person.signOutPath}>
        <button type="submit" class="link-button">
          Not you?
        </button>
      </form>
    </div>
  )
}
