import type { JSX } from 'hono/jsx/jsx-runtime'
import { Tag } from '../../../plugin.ts'

/** Who asks for access. The name is foreign text. */
export type App = {
  readonly name: string
  /** Who registered the app on this site; null when nobody here did. */
  readonly registeredBy: string | null
  /** The host whose document describes the app; null for an app that is registered. */
  readonly describedBy: string | null
  /** A public app has no secret, so it cannot prove that it is the one registered. */
  readonly kind: 'confidential' | 'public'
}

/** Who is signed in, and where the form of "Not you?" posts to. */
export type Person = { readonly label: string; readonly signOutPath: string }

/** The app in a heading. A name that nobody vouches for is no more than what the app calls itself. */
export function AppName({ app }: { readonly app: App }): JSX.Element {
  return (
    <>
      {app.registeredBy === null && 'an app that calls itself '}
      <bdi class="name">{app.name}</bdi>
    </>
  )
}

/** Who asks, and how far that can be believed. */
export function AppIdentity({ app }: { readonly app: App }): JSX.Element {
  return (
    <>
      <bdi class="name">{app.name}</bdi> {app.registeredBy === null && <Tag kind="warning">Unverified</Tag>}
      <p class="explain">
        <WhoSaysSo app={app} />{' '}
        {app.kind === 'public'
          ? 'It runs on people’s devices, so another program could pretend to be it.'
          : 'It proves who it is with a secret.'}
      </p>
    </>
  )
}

function WhoSaysSo({ app }: { readonly app: App }): JSX.Element {
  if (app.registeredBy !== null) {
    return (
      <>
        Registered on this site by <bdi class="name">{app.registeredBy}</bdi>.
      </>
    )
  }
  if (app.describedBy === null) return <>Nobody here has registered this app. It chose its own name.</>
  return (
    <>
      Nobody here has registered this app. Its name is what <bdi class="code">{app.describedBy}</bdi> says.
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
