/**
 * What a person sees when an app asks for access. Everything that an app said about itself is foreign text:
 * it is escaped, kept apart from the words around it (`<bdi>`), and never becomes a link.
 */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, KeyValueList, Notice, Tag, Time, type EpochSeconds } from '../../../plugin.ts'
import { FullAccess, ScopeChoice, type ScopeLine } from './scope-choice.tsx'

export type { ScopeLine, SentencePart } from './scope-choice.tsx'

export type ConsentPageProps = {
  readonly app: {
    readonly name: string
    /** The host (and port) or the private scheme that the browser goes back to. */
    readonly returnHost: string
    /** Who registered the app on this site; null when it registered itself. */
    readonly registeredBy: string | null
    /** A public app has no secret, so it cannot prove that it is the one registered. */
    readonly kind: 'confidential' | 'public'
  }
  /** Who is signed in, and where the form of "Not you?" posts to. */
  readonly person: { readonly label: string; readonly signOutPath: string }
  /** What is asked for; empty when `fullAccess` stands alone. */
  readonly scopes: readonly ScopeLine[]
  /** Whether the app asks for a token without restrictions. */
  readonly fullAccess: boolean
  /** When the access ends; null when it lasts until it is taken back. */
  readonly expiresAt: EpochSeconds | null
  /** Where the decision is posted to. */
  readonly action: string
  /** Binds the decision to this page; posted as `ticket`. */
  readonly ticket: string
  /** The page where access is taken back; null when this site has none. */
  readonly appsPath: string | null
  /** Why the last decision was not accepted. */
  readonly error: string | null
}

/** The consent page: who asks, who is asked, what for, how long, and the decision. Goes into a narrow page. */
export function ConsentPage(props: ConsentPageProps): JSX.Element {
  const { app, person, scopes, fullAccess } = props
  const canApprove = fullAccess || scopes.some((scope) => scope.status === 'offered')
  return (
    <div class="consent">
      <h1>
        Give <bdi class="name">{app.name}</bdi> {fullAccess ? 'full access' : 'access'}?
      </h1>
      {props.error !== null && <Notice kind="danger" title={props.error} />}
      <div class="consent-parties">
        <KeyValueList
          items={[
            { label: 'The app', value: <AppIdentity app={app} /> },
            { label: 'You go back to', value: <bdi class="code">{app.returnHost}</bdi> },
            { label: 'Signed in as', value: <SignedInAs person={person} /> },
          ]}
        />
      </div>
      {/* Without autocomplete="off" Firefox brings back the ticks of an earlier visit to this page. */}
      <form method="post" action={props.action} autocomplete="off">
        <input type="hidden" name="ticket" value={props.ticket} />
        {fullAccess ? <FullAccess appName={app.name} /> : <ScopeChoice scopes={scopes} />}
        {!canApprove && <NothingToGive />}
        {canApprove && <HowLong expiresAt={props.expiresAt} appsPath={props.appsPath} />}
        {/* Enter in a checkbox presses the first button of a form, so the first one is the one that gives nothing away. */}
        <div class="actions actions-even decision">
          <Button kind="plain" field={{ name: 'deny', value: 'Deny' }} skipsValidation>
            Deny
          </Button>
          <Button kind="primary" disabled={!canApprove}>
            Authorize
          </Button>
        </div>
      </form>
    </div>
  )
}

function AppIdentity({ app }: Pick<ConsentPageProps, 'app'>): JSX.Element {
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

/** Has a form of its own, outside the decision's: leaving is not an answer to the app. */
function SignedInAs({ person }: Pick<ConsentPageProps, 'person'>): JSX.Element {
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

function NothingToGive(): JSX.Element {
  return (
    <Notice kind="warning" title="There is nothing here that you can give">
      <p>
        The app asked only for things that you cannot do yourself, or that do not exist here. Deny sends you
        back without giving any access.
      </p>
    </Notice>
  )
}

function HowLong({ expiresAt, appsPath }: Pick<ConsentPageProps, 'expiresAt' | 'appsPath'>): JSX.Element {
  return (
    <section class="consent-duration">
      <h2>How long</h2>
      <p>
        Access lasts{' '}
        {expiresAt === null ? (
          <strong>until you take it back</strong>
        ) : (
          <>
            until{' '}
            <strong>
              <Time at={expiresAt} />
            </strong>
          </>
        )}
        .{' '}
        {appsPath === null ? (
          <>
            To end it{expiresAt === null ? '' : ' sooner'}, ask whoever registered the app, or the owner of
            this site, to delete the app.
          </>
        ) : (
          <>
            You can end it at any time under <a href={appsPath}>Apps with access to your data</a>.
          </>
        )}
      </p>
    </section>
  )
}
