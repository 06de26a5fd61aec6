import { INSTANCE, privatePageHeaders, type AppContext, type Route } from '../../../../plugin.ts'
import { MANAGE_CLIENTS, MANAGE_GRANTS } from '../../actions.ts'
import { registerClient } from '../../manage-clients.ts'
import { ClientsPage, type ClientsPageProps } from '../../pages/clients.tsx'
import type { Declared } from '../../protocol/client-metadata.ts'
import { checkTyped } from '../../protocol/registration-faults.ts'
import type { RegistrationFields } from '../../protocol/registration.ts'
import { personOf, type Provider } from '../../provider.ts'
import { clientPath, endpointsOf } from '../discovery/client-addresses.ts'
import { UNVOUCHED_PATH } from '../paths.ts'
import { refusePerson } from '../refuse.ts'
import { fieldsOfForm, readPageForm } from '../client-requests.ts'
import { noteSecret } from './secret-note.ts'

const EMPTY_FORM: ClientsPageProps['form'] = {
  name: '',
  redirectUris: '',
  kind: 'confidential',
  faults: null,
}

/** Most apps that nobody here registered which the page shows. */
const MAX_UNVOUCHED_SHOWN = 20

/** `/-/oauth/clients`: the clients that a person has registered, and a form for another. */
export function clientsPageRoutes(provider: Provider): readonly Route[] {
  const { host } = provider
  const managed = {
    path: '/-/oauth/clients',
    allow: { who: 'person', action: MANAGE_CLIENTS },
    refuse: refusePerson(host),
  } as const
  return [
    { method: 'GET', ...managed, handle: (c) => showClients(provider, c, EMPTY_FORM) },
    {
      method: 'POST',
      ...managed,
      handle: async (c) => {
        const fields = fieldsOfForm(await readPageForm(c))
        const registration = checkTyped(fields)
        if (!registration.ok) {
          return showClients(provider, c, { ...sentForm(fields), faults: registration.error })
        }
        const { client, secret } = await registerClient(provider, c, registration.value)
        if (secret !== null) await noteSecret(provider, c, client, secret)
        host.say(c, { kind: 'info', text: `“${client.name}” was registered.` })
        return c.redirect(host.urls.path(clientPath(client.clientId)), 303)
      },
    },
  ]
}

async function showClients(
  provider: Provider,
  c: AppContext,
  form: ClientsPageProps['form'],
): Promise<Response> {
  const { host } = provider
  const clients = await provider.clients.listOf(personOf(c).id)
  const uses = await provider.clients.uses(
    clients.map(({ clientId }) => clientId),
    host.clock.now(),
  )
  const mayDelete = host.permissions.allows(c.get('actor'), MANAGE_GRANTS, INSTANCE)
  const { clients: unvouched, count } = await provider.unvouchedClients.newest(MAX_UNVOUCHED_SHOWN)
  return host.page(c, {
    title: 'OAuth apps',
    width: 'wide',
    status: form.faults === null ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <ClientsPage
        clients={clients.map((client) => ({
          ...client,
          people: 0,
          lastUsedAt: null,
          ...uses.get(client.clientId),
          path: host.urls.path(clientPath(client.clientId)),
        }))}
        unvouched={{
          clients: unvouched.map(({ client, declared }) => ({
            ...client,
            declared: shown(declared),
            deletion: mayDelete
              ? { clientId: client.clientId, action: host.urls.path(UNVOUCHED_PATH) }
              : null,
          })),
          count,
        }}
        action={host.urls.path('/-/oauth/clients')}
        form={form}
        endpoints={endpointsOf(host, c)}
      />
    ),
  })
}

/** What an app says of itself that helps a person to find out who is behind it. */
function shown(declared: Declared): readonly (readonly [string, string])[] {
  const labels = { client_uri: 'Website', contacts: 'Contact', software_id: 'Software' }
  return Object.entries(labels).flatMap(([name, label]): readonly (readonly [string, string])[] => {
    const text = [declared[name] ?? []].flat().join(', ')
    return text === '' ? [] : [[label, text]]
  })
}

function sentForm(fields: RegistrationFields): Omit<ClientsPageProps['form'], 'faults'> {
  return {
    name: fields.name,
    redirectUris: fields.redirectUris.join('\n'),
    kind: fields.kind === 'public' ? 'public' : 'confidential',
  }
}
