import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  Button,
  CodeBlock,
  ConfirmStep,
  KeyValueList,
  LinkButton,
  Notice,
  Tag,
  TextField,
  Time,
  visible,
  type EpochSeconds,
} from '../../../plugin.ts'
import { MAX_LIVE_SECRETS } from '../protocol/client.ts'
import type { RegistrationFaults } from '../protocol/registration-faults.ts'
import { ClientFields } from './client-fields.tsx'
import { DeveloperGuide, type Endpoints } from './developer-guide.tsx'
import { SnippetList } from './snippet-list.tsx'

export type ClientPageProps = {
  readonly client: {
    readonly clientId: string
    readonly name: string
    readonly kind: 'confidential' | 'public'
    readonly redirectUris: readonly string[]
    readonly createdAt: EpochSeconds
  }
  /** The secrets that work now, the newest last. None for a public client. */
  readonly secrets: readonly SecretSummary[]
  /** How many people give it access now, and when it was last used; null for never. */
  readonly use: { readonly people: number; readonly lastUsedAt: EpochSeconds | null }
  /** Whether the flow can be tried here: over https, or on this computer. */
  readonly canTry: boolean
  /** What to try asking for. */
  readonly scope: string
  /** The last request whose redirect URI was refused; null while there was none. */
  readonly refused: RefusedRequest | null
  /** A secret that was made a moment ago; it is shown here and never again. */
  readonly freshSecret: string | null
  /** Where every form posts to; the button says what to do (`do`). */
  readonly action: string
  /** What the edit form holds: the client as it is, or what was sent after a mistake. */
  readonly form: {
    readonly name: string
    readonly redirectUris: string
    readonly faults: RegistrationFaults | null
  }
  /** What to ask once more; nothing else is shown then. Null for the page itself. */
  readonly confirm: 'delete' | 'change-type' | { readonly retire: SecretSummary } | null
  /** What is wrong with the name that was typed to confirm a delete. */
  readonly confirmError: string | null
  readonly endpoints: Endpoints
  /** The address of this site, without a slash at the end. */
  readonly issuer: string
  /** This page, ready for a link. */
  readonly selfPath: string
  /** What happened with it, ready for a link. */
  readonly historyPath: string
}

/** A secret that works, by what is known of it. */
type SecretSummary = {
  readonly id: string
  readonly createdAt: EpochSeconds
  /** Null for one that was never used. */
  readonly lastUsedAt: EpochSeconds | null
}

/** A request that was refused because of its redirect URI, with what it differs in. */
export type RefusedRequest = {
  readonly redirectUri: string
  readonly at: EpochSeconds
  /** The registered address that it is compared with; null where there is nothing to compare. */
  readonly nearest: string | null
  /** The end of a sentence about the request ("differs in the port"); null when it would match by now. */
  readonly difference: string | null
  /** Whether only the port differs, on a loopback address: a public client could use any. */
  readonly isLoopbackPort: boolean
}

/** One client, for its owner: its use, its secrets, its data, and its end. */
export function ClientPage(props: ClientPageProps): JSX.Element {
  const { client, action } = props
  if (props.confirm === 'delete') return <ConfirmDelete {...props} />
  if (props.confirm === 'change-type') return <ConfirmType {...props} />
  if (props.confirm !== null) return <ConfirmRetire {...props} secret={props.confirm.retire} />
  return (
    <>
      <h1>
        <bdi>{client.name}</bdi> <Tag kind="neutral">{client.kind}</Tag>
      </h1>
      {props.freshSecret !== null && <FreshSecret secret={props.freshSecret} />}
      {props.form.faults !== null && <Notice kind="danger" title="Nothing was changed" />}
      <KeyValueList
        items={[
          { label: 'Client ID', value: <CodeBlock label="the client ID" text={client.clientId} /> },
          { label: 'Registered', value: <Time at={client.createdAt} /> },
          { label: 'Last used', value: <WhenUsed at={props.use.lastUsedAt} /> },
          { label: 'People who give it access', value: props.use.people },
        ]}
      />
      <p>
        <a href={props.historyPath}>What happened with this app</a>
      </p>
      {props.refused !== null && <Refused request={props.refused} />}
      {client.kind === 'confidential' && <Secrets secrets={props.secrets} action={action} />}
      <form method="post" action={action} class="form">
        <h2>Name and redirect URIs</h2>
        <ClientFields form={props.form} />
        <div class="actions">
          <Button kind="primary" field={{ name: 'do', value: 'edit' }}>
            Save changes
          </Button>
        </div>
      </form>
      <TryIt action={action} canTry={props.canTry} scope={props.scope} />
      <DeveloperGuide
        endpoints={props.endpoints}
        client={{
          clientId: client.clientId,
          kind: client.kind,
          redirectUri: client.redirectUris[0] ?? 'REDIRECT_URI',
        }}
      />
      <SnippetList
        values={{
          ...props.endpoints,
          issuer: props.issuer,
          clientId: client.clientId,
          kind: client.kind,
          redirectUri: client.redirectUris[0] ?? 'REDIRECT_URI',
        }}
      />
      <section>
        <h2>Type</h2>
        <p>{TYPE_NOW[client.kind]}</p>
        <form method="post" action={action} class="actions">
          <Button kind="plain" field={{ name: 'do', value: 'change-type' }}>
            Make it {otherKind(client.kind)}
          </Button>
        </form>
      </section>
      <section>
        <h2>Delete this app</h2>
        <p>It can no longer ask anyone for access, and all access that people gave it ends.</p>
        <form method="post" action={action} class="actions">
          <Button kind="danger" field={{ name: 'do', value: 'delete' }}>
            Delete app
          </Button>
        </form>
      </section>
    </>
  )
}

function FreshSecret({ secret }: { readonly secret: string }): JSX.Element {
  return (
    <Notice kind="good" title="The new client secret">
      <CodeBlock label="the client secret" text={secret} />
      <p>Copy it now. It will not be shown again, not even when you load this page once more.</p>
    </Notice>
  )
}

function Secrets({ secrets, action }: Pick<ClientPageProps, 'secrets' | 'action'>): JSX.Element {
  const canRetire = secrets.length > 1
  return (
    <section>
      <h2>Client secrets</h2>
      {secrets.length > 0 && (
        <ul class="rows">
          {secrets.map((secret) => (
            <li>
              <span>
                Made <Time at={secret.createdAt} />. Last used: <WhenUsed at={secret.lastUsedAt} />
                {canRetire && `. It is ${rank(secret, secrets)}.`}
              </span>
              {canRetire && (
                <form method="post" action={action}>
                  <input type="hidden" name="secret_id" value={secret.id} />
                  <Button kind="plain" field={{ name: 'do', value: 'retire' }}>
                    Retire{' '}
                    <span class="visually-hidden">
                      the secret made <Time at={secret.createdAt} />, {rank(secret, secrets)}
                    </span>
                  </Button>
                </form>
              )}
            </li>
          ))}
        </ul>
      )}
      {secrets.length < MAX_LIVE_SECRETS ? (
        <>
          <p>
            A new secret works beside the old one. Change your app over, then retire the old one: nobody is
            signed out.
          </p>
          <form method="post" action={action} class="actions">
            <Button kind="plain" field={{ name: 'do', value: 'rotate' }}>
              Make a new secret
            </Button>
          </form>
        </>
      ) : (
        <p>Both work now. Retire the one that your app no longer uses; then you can make another.</p>
      )}
    </section>
  )
}

/** Which of two secrets it is: when both were made within a minute, their times say the same. */
function rank(secret: SecretSummary, secrets: readonly SecretSummary[]): string {
  return secrets.at(-1)?.id === secret.id ? 'the newer one' : 'the older one'
}

function TryIt({ action, canTry, scope }: Pick<ClientPageProps, 'action' | 'canTry' | 'scope'>): JSX.Element {
  return (
    <section id="try">
      <h2>Try it</h2>
      {canTry ? (
        <form method="post" action={action} class="form">
          <p>
            Go through the flow yourself, with a page of this site in place of your app. It shows each step;
            the access that you give ends at once.
          </p>
          <TextField
            name="scope"
            label="Scope"
            hint="What to ask for; left out, it means read."
            value={scope}
            text="code"
          />
          <div class="actions">
            <Button kind="plain" field={{ name: 'do', value: 'try' }}>
              Try it
            </Button>
          </div>
        </form>
      ) : (
        <p>
          The flow can be tried here when this site is opened over https, or on the computer that it runs on.
        </p>
      )}
    </section>
  )
}

/** A moment to the minute, or "never". */
function WhenUsed({ at }: { readonly at: EpochSeconds | null }): JSX.Element {
  return at === null ? <>never</> : <Time at={at} />
}

function Refused({ request }: { readonly request: RefusedRequest }): JSX.Element {
  const { difference, nearest } = request
  return (
    <Notice
      kind={difference === null ? 'info' : 'warning'}
      title="A request was refused because of its redirect URI"
    >
      <KeyValueList
        items={[
          { label: 'When', value: <Time at={request.at} /> },
          { label: 'Sent', value: <code>{visible(request.redirectUri)}</code> },
          ...(nearest === null ? [] : [{ label: 'Registered', value: <code>{nearest}</code> }]),
        ]}
      />
      <p>
        {difference === null
          ? 'With the redirect URIs as they are now it would match.'
          : `The request ${difference}.`}
        {request.isLoopbackPort && ' Only a public app may use another port on a loopback address.'}
      </p>
    </Notice>
  )
}

const TYPE_NOW = {
  confidential: 'Confidential: it runs on a server, and proves itself with a secret.',
  public:
    'Public: it runs on people’s devices or in their browser. It has no secret and needs PKCE, and on a loopback address it may use any port.',
} as const

const otherKind = (kind: 'confidential' | 'public') => (kind === 'public' ? 'confidential' : 'public')

const TYPE_CHANGE = {
  public: [
    'Its secrets stop working at once. Anybody who knows the client ID can then act as this app, up to the person’s consent.',
    'Requests without PKCE are refused. Codes that were not exchanged yet, refresh tokens and requests of devices that wait stop working.',
    'Access tokens that it has work until they expire. After that, people have to give it access again.',
  ],
  confidential: [
    'It gets a secret, which is shown once. Every copy of the app that does not send it can no longer fetch tokens.',
    'Redirect URIs on a loopback address have to match in the port as well, and codes that were not exchanged yet stop working.',
    'Access that people gave it stays.',
  ],
} as const

function ConfirmType({ client, action, selfPath }: ClientPageProps): JSX.Element {
  const kind = otherKind(client.kind)
  return (
    <ConfirmStep
      question={
        <>
          Make <bdi class="name">{client.name}</bdi> {kind}?
        </>
      }
      action={action}
      fields={<input type="hidden" name="client_type" value={kind} />}
      confirm={{ label: `Make it ${kind}`, name: 'do', value: 'confirm-change-type' }}
      cancel={{ label: 'Leave it', path: selfPath }}
    >
      <ul class="rows">
        {TYPE_CHANGE[kind].map((consequence) => (
          <li>{consequence}</li>
        ))}
      </ul>
    </ConfirmStep>
  )
}

function ConfirmRetire({
  client,
  action,
  selfPath,
  secret,
  secrets,
}: ClientPageProps & { readonly secret: SecretSummary }): JSX.Element {
  return (
    <ConfirmStep
      question={
        <>
          Retire a secret of <bdi class="name">{client.name}</bdi>?
        </>
      }
      action={action}
      fields={<input type="hidden" name="secret_id" value={secret.id} />}
      confirm={{ label: 'Retire it', name: 'do', value: 'confirm-retire' }}
      cancel={{ label: 'Keep it', path: selfPath }}
    >
      <p>
        It is {rank(secret, secrets)}. It was made <Time at={secret.createdAt} />. Last used:{' '}
        <WhenUsed at={secret.lastUsedAt} />.
      </p>
      <p>It stops working at once. An app that still sends it can no longer fetch tokens.</p>
    </ConfirmStep>
  )
}

/** Asks for the name to be typed: what ends here is other people's access. */
function ConfirmDelete({ client, action, selfPath, use, confirmError }: ClientPageProps): JSX.Element {
  return (
    <>
      <h1>
        Delete <bdi class="name">{client.name}</bdi>?
      </h1>
      <p>
        <strong>{peopleLose(use.people)}</strong> Its client ID and secrets stop working at once. This cannot
        be undone.
      </p>
      <form method="post" action={action} class="form">
        <TextField
          name="typed_name"
          label="Type the name of the app to confirm"
          hint={<bdi>{client.name}</bdi>}
          value=""
          error={confirmError}
          required
        />
        <div class="actions actions-even">
          <LinkButton kind="plain" path={selfPath}>
            Keep it
          </LinkButton>
          <Button kind="danger" field={{ name: 'do', value: 'confirm-delete' }}>
            Delete app
          </Button>
        </div>
      </form>
    </>
  )
}

function peopleLose(people: number): string {
  if (people === 0) return 'Nobody gives it access now.'
  return people === 1
    ? '1 person loses the access that they gave it.'
    : `${people} people lose the access that they gave it.`
}
