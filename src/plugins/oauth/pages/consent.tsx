/**
 * What a person sees when an app asks for access. Everything that an app said about itself is foreign text:
 * it is escaped, kept apart from the words around it (`<bdi>`), and never becomes a link.
 */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { formatDuration, KeyValueList, Notice, Time, type EpochSeconds } from '../../../plugin.ts'
import { DecisionForm, type DecisionRequest } from './decision-form.tsx'
import { AppIdentity, AppName, SignedInAs, type App, type Person } from './parties.tsx'

export type { ScopeLine } from './scope-choice.tsx'

export type ConsentPageProps = DecisionRequest & {
  readonly app: App & {
    /** The host (and port) or the private scheme that the browser goes back to. */
    readonly returnHost: string
    /** Whether that is a program on the person's own device. */
    readonly returnsToDevice: boolean
  }
  readonly person: Person
  /** Whether the owner of the app tries it, with a page of this site in its place. */
  readonly isTrial: boolean
  /** When the access ends; null when it lasts until it is taken back. */
  readonly expiresAt: EpochSeconds | null
  /** How long the app may leave it unused, in seconds, where it can renew it until then; null where it cannot. */
  readonly idleSeconds: number | null
  /** The page where access is taken back. */
  readonly appsPath: string
  /** Why the last decision was not accepted. */
  readonly error: string | null
}

/** The consent page: who asks, who is asked, what for, how long, and the decision. Goes into a narrow page. */
export function ConsentPage(props: ConsentPageProps): JSX.Element {
  const { app, person, fullAccess } = props
  return (
    <div class="consent">
      <h1>
        Give <AppName app={app} /> {fullAccess ? 'full access' : 'access'}?
      </h1>
      {props.error !== null && <Notice kind="danger" title={props.error} />}
      {app.registeredBy === null && <NobodyVouches app={app} />}
      <div class="consent-parties">
        <KeyValueList
          items={[
            { label: 'The app', value: <AppIdentity app={app} /> },
            { label: 'You go back to', value: <bdi class="code">{app.returnHost}</bdi> },
            { label: 'Signed in as', value: <SignedInAs person={person} /> },
          ]}
        />
      </div>
      <DecisionForm
        request={props}
        whoAsks={<bdi class="name">{app.name}</bdi>}
        fullAccessConsent="I want this app to have full access."
        whatDenyDoes="Deny sends you back without giving any access."
        approve="Authorize"
      >
        <HowLong {...props} />
      </DecisionForm>
    </div>
  )
}

/** What speaks for an app that nobody here registered: where the browser goes back to, and nothing else. */
function NobodyVouches({ app }: Pick<ConsentPageProps, 'app'>): JSX.Element {
  return (
    <Notice kind="warning" title="Nobody here vouches for its name">
      <p>
        Any app can call itself that.{' '}
        {app.returnsToDevice ? (
          <>
            What you give goes to a program on this device (<bdi class="code">{app.returnHost}</bdi>), and
            this site cannot tell which.
          </>
        ) : (
          <>
            What you give goes to <bdi class="code">{app.returnHost}</bdi>.
          </>
        )}{' '}
        Press Deny unless you know it and started this yourself.
      </p>
    </Notice>
  )
}

function HowLong({
  appsPath,
  expiresAt,
  idleSeconds,
  isTrial,
}: Pick<ConsentPageProps, 'appsPath' | 'expiresAt' | 'idleSeconds' | 'isTrial'>): JSX.Element {
  if (isTrial) {
    return (
      <section class="consent-duration">
        <h2>How long</h2>
        <p>
          This is a trial of your own app: the access <strong>ends at once</strong>, and nobody gets the
          token.
        </p>
      </section>
    )
  }
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
        {idleSeconds !== null && (
          <>
            , and ends sooner when the app has not used it for <strong>{formatDuration(idleSeconds)}</strong>
          </>
        )}
        . You can end it at any time under <a href={appsPath}>Apps with access to your data</a>.
      </p>
    </section>
  )
}
