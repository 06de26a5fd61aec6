import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  Button,
  EmptyState,
  KeyValueList,
  Notice,
  SelectField,
  Tag,
  Time,
  type EpochSeconds,
} from '../../../plugin.ts'
import type { RegistrationFaults } from '../protocol/registration-faults.ts'
import { ClientFields } from './client-fields.tsx'
import { DeleteUnvouchedForm, type UnvouchedDeletion } from './delete-unvouched.tsx'
import { DeveloperGuide, type Endpoints } from './developer-guide.tsx'

/** One client of the person, as the list shows it. */
export type ClientSummary = {
  readonly clientId: string
  readonly name: string
  readonly kind: 'confidential' | 'public'
  readonly redirectUris: readonly string[]
  readonly createdAt: EpochSeconds
  /** How many people give it access now, and when it was last used; null for never. */
  readonly people: number
  readonly lastUsedAt: EpochSeconds | null
  /** The client's own page. */
  readonly path: string
}

/** An app that nobody here registered, as the list shows it. All of it is the app's own word. */
export type UnvouchedSummary = Omit<ClientSummary, 'path' | 'people' | 'lastUsedAt'> & {
  /** What it says of itself beside its name: a label and a text. */
  readonly declared: readonly (readonly [string, string])[]
  /** Null for who may not delete it. */
  readonly deletion: UnvouchedDeletion | null
}

export type ClientsPageProps = {
  readonly clients: readonly ClientSummary[]
  /** The newest of the apps that nobody here registered, and how many there are. */
  readonly unvouched: { readonly clients: readonly UnvouchedSummary[]; readonly count: number }
  /** Where the register form posts `client_name`, `redirect_uris` and `client_type` to. */
  readonly action: string
  /** What the register form holds: empty at first, what was sent after a mistake. */
  readonly form: {
    readonly name: string
    /** One a line. */
    readonly redirectUris: string
    readonly kind: 'confidential' | 'public'
    readonly faults: RegistrationFaults | null
  }
  readonly endpoints: Endpoints
}

/** The clients that a person has registered, a form for another, and how to connect one. */
export function ClientsPage({ clients, unvouched, action, form, endpoints }: ClientsPageProps): JSX.Element {
  return (
    <>
      <h1>OAuth apps</h1>
      <p class="lead">
        An app registered here can ask people for access to their data on this site. Each person decides what
        it gets.
      </p>
      {form.faults !== null && <Notice kind="danger" title="The app was not registered" />}
      {clients.length === 0 ? (
        <EmptyState title="You have not registered an app yet">
          <p>
            Your apps will be listed here. Register one with the form below, and you get its client ID and
            secret.
          </p>
        </EmptyState>
      ) : (
        <ul class="item-list">
          {clients.map((client) => (
            <ClientItem client={client} />
          ))}
        </ul>
      )}
      <RegisterForm action={action} form={form} />
      <DeveloperGuide
        endpoints={endpoints}
        client={{ clientId: 'CLIENT_ID', kind: 'confidential', redirectUri: 'https://app.example/callback' }}
      />
      {unvouched.count > 0 && <Unvouched {...unvouched} />}
    </>
  )
}

function ClientItem({ client }: { readonly client: ClientSummary }): JSX.Element {
  return (
    <li>
      <h2>
        <a href={client.path}>
          <bdi>{client.name}</bdi>
        </a>{' '}
        <Tag kind="neutral">{client.kind}</Tag>
      </h2>
      <KeyValueList
        items={[
          ...factsOf(client),
          {
            label: 'Last used',
            value: client.lastUsedAt === null ? 'never' : <Time at={client.lastUsedAt} />,
          },
          { label: 'People who give it access', value: client.people },
        ]}
      />
    </li>
  )
}

function factsOf(client: Pick<ClientSummary, 'clientId' | 'redirectUris' | 'createdAt'>) {
  return [
    { label: 'Client ID', value: <code>{client.clientId}</code> },
    {
      label: client.redirectUris.length === 1 ? 'Redirect URI' : 'Redirect URIs',
      value: <RedirectUris uris={client.redirectUris} />,
    },
    { label: 'Registered', value: <Time at={client.createdAt} /> },
  ]
}

/** Apart from the person's own: nobody is answerable for these, and nothing in them is a link. */
function Unvouched({ clients, count }: ClientsPageProps['unvouched']): JSX.Element {
  return (
    <section>
      <h2>Apps that nobody here registered</h2>
      <p>
        They registered themselves, or a document on the web describes them. Nobody vouches for their names.
        People are told so, and decide about each of them.{' '}
        {count > clients.length && `These are the newest ${clients.length} of ${count}.`}
      </p>
      <ul class="item-list">
        {clients.map((client) => (
          <li>
            <h3>
              <bdi>{client.name}</bdi> <Tag kind="warning">Unverified</Tag>{' '}
              <Tag kind="neutral">{client.kind}</Tag>
            </h3>
            <KeyValueList
              items={[
                ...factsOf(client),
                ...client.declared.map(([label, text]) => ({ label, value: <bdi>{text}</bdi> })),
              ]}
            />
            {client.deletion !== null && <DeleteUnvouchedForm {...client.deletion} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

function RedirectUris({ uris }: { readonly uris: readonly string[] }): JSX.Element {
  return (
    <>
      {uris.map((uri) => (
        <div>
          <code>{uri}</code>
        </div>
      ))}
    </>
  )
}

function RegisterForm({ action, form }: Pick<ClientsPageProps, 'action' | 'form'>): JSX.Element {
  return (
    <form method="post" action={action} class="form">
      <h2>Register an app</h2>
      <ClientFields form={form} />
      <SelectField
        name="client_type"
        label="Type"
        hint="Confidential: it runs on a server and keeps a secret. Public: it runs on people’s devices or in their browser, and has no secret."
        value={form.kind}
        error={form.faults?.kind ?? null}
        isFirstError={form.faults?.name === null && form.faults.redirectUris === null}
        options={[
          { value: 'confidential', label: 'Confidential' },
          { value: 'public', label: 'Public' },
        ]}
      />
      <div class="actions">
        <Button kind="primary">Register app</Button>
      </div>
    </form>
  )
}
