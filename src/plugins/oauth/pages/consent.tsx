/**
 * What a person sees when an app asks for access. Everything that an app said about itself is foreign text:
 * it is escaped, kept apart from the words around it (`<bdi>`), and never becomes a link.
 */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, KeyValueList, Notice, Time, type EpochSeconds } from '../../../plugin.ts'
import { AppIdentity, SignedInAs, type App, type Person } from './parties.tsx'
import { FullAccess, NothingToGive, ScopeChoice, type ScopeLine } from './scope-choice.tsx'

export type { ScopeLine, SentencePart } from './scope-choice.tsx'

export type ConsentPageProps = {
  readonly app: App & {
    /** The host (and port) or the private scheme that the browser goes back to. */
    readonly returnHost: string
  }
  readonly person: Person
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
        {fullAccess ? (
          <FullAccess consent="I want this app to have full access.">
            <bdi class="name">{app.name}</bdi>
          </FullAccess>
        ) : (
          <ScopeChoice scopes={scopes} />
        )}
        {!canApprove && <NothingToGive whatDenyDoes="Deny sends you back without giving any access." />}
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
