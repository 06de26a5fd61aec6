/**
 * What a person sees before a device gets access. The page has one purpose beside the consent page's: that nobody
 * approves a request that somebody else started (RFC 8628 §5.4).
 */
import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  formatDuration,
  KeyValueList,
  Notice,
  SelectField,
  Tag,
  Time,
  type EpochSeconds,
} from '../../../plugin.ts'
import { DecisionForm, type DecisionRequest } from './decision-form.tsx'
import { AppIdentity, AppName, SignedInAs, type App, type Person } from './parties.tsx'

export type DeviceReviewPageProps = DecisionRequest & {
  /** The code in its written form. */
  readonly code: string
  /** A registered app; null for a command line that nobody registered. */
  readonly app: App | null
  /** Where the request came from. What the device calls itself is foreign text. */
  readonly origin: {
    readonly address: string
    readonly userAgent: string | null
    readonly requestedAt: EpochSeconds
    readonly readersAddress: string
    /** How near the two addresses are. */
    readonly distance: 'near' | 'far' | 'incomparable'
  }
  readonly person: Person
  /** How long the access can last, in seconds, and what is chosen at first. */
  readonly ttlChoices: readonly number[]
  readonly ttlSeconds: number
  /** Why the last decision was not accepted. */
  readonly error: string | null
}

/** The review page: whose device, what for, how long, and the decision. Goes into a narrow page. */
export function DeviceReviewPage(props: DeviceReviewPageProps): JSX.Element {
  const { app, code, fullAccess, origin } = props
  return (
    <div class="consent">
      <h1>
        Give {app === null ? 'a command line' : <AppName app={app} />} {fullAccess ? 'full access' : 'access'}
        ?
      </h1>
      {props.error !== null && <Notice kind="danger" title={props.error} />}
      <section class="device-code">
        <p>Your device must show this code:</p>
        <p class="user-code">{code}</p>
      </section>
      <Notice kind="warning" title="Only continue if you started this yourself">
        <p>
          If somebody sent you this code or a link to this page, they want to get into your account. Then
          press Deny.
        </p>
      </Notice>
      <Distance origin={origin} />
      <div class="consent-parties">
        <KeyValueList
          items={[
            { label: 'Who asks', value: app === null ? <CommandLine /> : <AppIdentity app={app} /> },
            { label: 'From', value: <Origin origin={origin} /> },
            { label: 'Signed in as', value: <SignedInAs person={props.person} /> },
          ]}
        />
      </div>
      <DecisionForm
        request={props}
        whoAsks="Whoever holds this device"
        fullAccessConsent="I started this myself, and I want it to have full access."
        whatDenyDoes="Deny tells the device that it gets nothing."
        approve="Authorize device"
      >
        <section class="consent-duration">
          <SelectField
            name="token_ttl_seconds"
            label="How long"
            hint="Access begins when the device fetches it, and ends by itself after this time."
            value={String(props.ttlSeconds)}
            options={props.ttlChoices.map((seconds) => ({
              value: String(seconds),
              label: formatDuration(seconds),
            }))}
          />
        </section>
      </DecisionForm>
    </div>
  )
}

/** The strongest sign that somebody else started it: the request comes from elsewhere. */
function Distance({ origin }: Pick<DeviceReviewPageProps, 'origin'>): JSX.Element | null {
  const addresses = (
    <>
      It was made from <bdi class="code">{origin.address}</bdi>, and you are at{' '}
      <bdi class="code">{origin.readersAddress}</bdi>.
    </>
  )
  switch (origin.distance) {
    case 'near':
      return null
    case 'far':
      return (
        <Notice kind="danger" title="This request came from another network than yours">
          <p>
            {addresses} That is right for a server far away that you are working on, and for nothing else.
          </p>
        </Notice>
      )
    case 'incomparable':
      return (
        <Notice kind="warning" title="This request may have come from another network than yours">
          <p>
            {addresses} One is IPv4 and the other IPv6. A device on your desk can have both, and so can one
            far away.
          </p>
        </Notice>
      )
  }
}

function CommandLine(): JSX.Element {
  return (
    <>
      An unregistered command line <Tag kind="warning">Unverified</Tag>
      <p class="explain">Anybody can make such a request. Only you know whether it is yours.</p>
    </>
  )
}

function Origin({ origin }: Pick<DeviceReviewPageProps, 'origin'>): JSX.Element {
  return (
    <>
      <bdi class="code">{origin.address}</bdi>, <Time at={origin.requestedAt} />
      <p class="explain">
        {origin.userAgent === null ? (
          'The device does not say what it is.'
        ) : (
          <>
            It calls itself <bdi class="name">{origin.userAgent}</bdi>.
          </>
        )}
      </p>
    </>
  )
}
