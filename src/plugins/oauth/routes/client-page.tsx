import { privatePageHeaders, type AppContext, type Route } from '../../../plugin.ts'
import { MANAGE_CLIENTS } from '../actions.ts'
import { changeClient, deleteClient, retireSecret, rotateSecret } from '../manage-clients.ts'
import { ClientPage } from '../pages/client.tsx'
import type { Client } from '../protocol/client.ts'
import { isSecretId, type ClientSecret } from '../protocol/ids.ts'
import { checkRegistration, registrationError } from '../protocol/registration.ts'
import { personOf, type Provider } from '../provider.ts'
import { clientPath, endpointsOf } from './client-addresses.ts'
import { findOwnClient } from './own-client.ts'
import { answerProblem } from './problem.tsx'
import { refusePerson } from './refuse.ts'
import { fieldsOfForm, readPageForm } from './client-requests.ts'

/** `/-/oauth/clients/:client_id`: one client for its owner. Every form posts back here; `do` says what to do. */
export function clientPageRoutes(provider: Provider): readonly Route[] {
  const { host } = provider
  const managed = {
    path: '/-/oauth/clients/:client_id',
    allow: { who: 'person', action: MANAGE_CLIENTS },
    refuse: refusePerson(host),
  } as const

  const forOwner =
    (act: (c: AppContext, client: Client) => Promise<Response>): Route['handle'] =>
    async (c, params) => {
      const found = await findOwnClient(provider.clients, params, personOf(c).id)
      return found.kind === 'own' ? act(c, found.client) : answerNotYours(provider, c, found.kind)
    }

  return [
    { method: 'GET', ...managed, handle: forOwner((c, client) => showClient(provider, c, client, {})) },
    { method: 'POST', ...managed, handle: forOwner((c, client) => changeOnPage(provider, c, client)) },
  ]
}

/** What the page shows beside the client itself. Everything left out is as the client has it. */
type Shown = {
  /** A secret that this very request made. */
  readonly freshSecret?: ClientSecret
  readonly form?: { readonly name: string; readonly redirectUris: string; readonly error: string }
  readonly confirmDelete?: boolean
}

/** Answers with the page of a client. A fresh secret is never kept by a cache. */
export async function showClient(
  provider: Provider,
  c: AppContext,
  client: Client,
  { freshSecret, form, confirmDelete }: Shown,
): Promise<Response> {
  const { host } = provider
  const secrets = await provider.clients.secrets(client.clientId)
  const clientsPath = host.urls.path('/-/oauth/clients')
  return host.page(c, {
    title: confirmDelete === true ? 'Delete an app' : 'OAuth app',
    width: confirmDelete === true ? 'narrow' : 'wide',
    crumbs: [{ label: 'OAuth apps', path: clientsPath }],
    status: form === undefined ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <ClientPage
        client={client}
        secrets={secrets}
        freshSecret={freshSecret ?? null}
        action={host.urls.path(clientPath(client.clientId))}
        form={form ?? { name: client.name, redirectUris: client.redirectUris.join('\n'), error: null }}
        confirmDelete={confirmDelete ?? false}
        endpoints={endpointsOf(host, c)}
        clientsPath={clientsPath}
      />
    ),
  })
}

async function changeOnPage(provider: Provider, c: AppContext, client: Client): Promise<Response> {
  const { urls } = provider.host
  const back = () => c.redirect(urls.path(clientPath(client.clientId)), 303)
  const form = await readPageForm(c)
  switch (form.get('do') ?? '') {
    case 'edit': {
      const fields = fieldsOfForm(form)
      const registration = checkRegistration({ ...fields, kind: client.kind })
      if (registration.ok) {
        await changeClient(provider, c, client, registration.value)
        return back()
      }
      const sent = { name: fields.name, redirectUris: fields.redirectUris.join('\n') }
      return showClient(provider, c, client, {
        form: { ...sent, error: registrationError(registration.error) },
      })
    }
    case 'rotate': {
      const rotated = await rotateSecret(provider, c, client)
      return rotated.ok ? showClient(provider, c, client, { freshSecret: rotated.value.secret }) : back()
    }
    case 'retire': {
      const secretId = form.get('secret_id') ?? ''
      if (isSecretId(secretId)) await retireSecret(provider, c, client, secretId)
      return back()
    }
    case 'delete':
      return showClient(provider, c, client, { confirmDelete: true })
    case 'confirm-delete':
      await deleteClient(provider, c, client)
      return c.redirect(urls.path('/-/oauth/clients'), 303)
    default:
      return back()
  }
}

function answerNotYours(provider: Provider, c: AppContext, kind: 'foreign' | 'unknown'): Promise<Response> {
  const next = 'Go to your own list of OAuth apps and choose from there.'
  return kind === 'unknown'
    ? answerProblem(provider.host, c, {
        status: 404,
        error: 'Client not found',
        heading: 'There is no such app',
        what: 'It was deleted, or the address is not complete. Nothing was changed.',
        next,
        code: null,
      })
    : answerProblem(provider.host, c, {
        status: 403,
        error: 'Forbidden',
        heading: 'This is not your app',
        what: 'Only the person who registered an app can see and change it. Nothing was changed.',
        next,
        code: null,
      })
}
