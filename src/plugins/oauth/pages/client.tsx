import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  Button,
  CodeBlock,
  ConfirmStep,
  KeyValueList,
  Notice,
  Tag,
  TextArea,
  Time,
  type EpochSeconds,
} from '../../../plugin.ts'
import { MAX_LIVE_SECRETS } from '../protocol/client.ts'
import { MAX_REDIRECT_URIS } from '../protocol/registration.ts'
import { ClientNameField } from './client-name-field.tsx'
import { DeveloperGuide, type Endpoints } from './developer-guide.tsx'

export type ClientPageProps = {
  readonly client: {
    readonly clientId: string
    readonly name: string
    readonly kind: 'confidential' | 'public'
    readonly redirectUris: readonly string[]
    readonly createdAt: EpochSeconds
  }
  /** The secrets that work now. None for a public client. */
  readonly secrets: readonly { readonly id: string; readonly createdAt: EpochSeconds }[]
  /** A secret that was made by this very request; it is shown here and never again. */
  readonly freshSecret: string | null
  /** Where every form posts to; the button says what to do (`do`). */
  readonly action: string
  /** What the edit form holds: the client as it is, or what was sent after a mistake. */
  readonly form: { readonly name: string; readonly redirectUris: string; readonly error: string | null }
  /** Whether to ask for the confirmation of a delete; nothing else is shown then. */
  readonly confirmDelete: boolean
  readonly endpoints: Endpoints
  /** The list of clients. */
  readonly clientsPath: string
}

/** One client, for its owner: its secrets, its data, and its end. */
export function ClientPage(props: ClientPageProps): JSX.Element {
  const { client, action } = props
  if (props.confirmDelete) return <ConfirmDelete {...props} />
  return (
    <>
      <h1>
        <bdi>{client.name}</bdi> <Tag kind="neutral">{client.kind}</Tag>
      </h1>
      {props.freshSecret !== null && <FreshSecret secret={props.freshSecret} />}
      {props.form.error !== null && (
        <Notice kind="danger" title="Nothing was changed">
          <p>{props.form.error}</p>
        </Notice>
      )}
      <KeyValueList
        items={[
          { label: 'Client ID', value: <code>{client.clientId}</code> },
          { label: 'Registered', value: <Time at={client.createdAt} /> },
        ]}
      />
      {client.kind === 'confidential' && <Secrets secrets={props.secrets} action={action} />}
      <form method="post" action={action} class="form">
        <h2>Name and redirect URIs</h2>
        <ClientNameField value={props.form.name} />
        <TextArea
          name="redirect_uris"
          label="Redirect URIs"
          hint={`One a line, up to ${MAX_REDIRECT_URIS}, matched exactly.`}
          value={props.form.redirectUris}
          rows={3}
          text="code"
          required
        />
        <div class="actions">
          <Button kind="primary" field={{ name: 'do', value: 'edit' }}>
            Save changes
          </Button>
        </div>
      </form>
      <DeveloperGuide
        endpoints={props.endpoints}
        client={{
          clientId: client.clientId,
          kind: client.kind,
          redirectUri: client.redirectUris[0] ?? 'REDIRECT_URI',
        }}
      />
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
      <p>Copy it now. It will not be shown again.</p>
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
                Made <Time at={secret.createdAt} />
              </span>
              {canRetire && (
                <form method="post" action={action}>
                  <input type="hidden" name="secret_id" value={secret.id} />
                  <Button kind="plain" field={{ name: 'do', value: 'retire' }}>
                    Retire{' '}
                    <span class="visually-hidden">
                      the secret made <Time at={secret.createdAt} />
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

function ConfirmDelete({ client, action, clientsPath }: ClientPageProps): JSX.Element {
  return (
    <ConfirmStep
      question={
        <>
          Delete <bdi class="name">{client.name}</bdi>?
        </>
      }
      action={action}
      confirm={{ label: 'Delete app', name: 'do', value: 'confirm-delete' }}
      cancel={{ label: 'Keep it', path: clientsPath }}
    >
      <p>
        All access that people gave this app ends at once, and its client ID and secrets stop working. This
        cannot be undone.
      </p>
    </ConfirmStep>
  )
}
