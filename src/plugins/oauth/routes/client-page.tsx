import { privatePageHeaders, type AppContext, type Route } from '../../../plugin.ts'
import { MANAGE_CLIENTS } from '../actions.ts'
import {
  changeClient,
  changeClientKind,
  deleteClient,
  retireSecret,
  rotateSecret,
} from '../manage-clients.ts'
import { ClientPage, type RefusedRequest } from '../pages/client.tsx'
import type { Client } from '../protocol/client.ts'
import { isSecretId, type ClientSecret } from '../protocol/ids.ts'
import { diagnoseRedirectUri, diagnosisInWords } from '../protocol/redirect-diagnosis.ts'
import { matchRedirectUri } from '../protocol/redirect-uri.ts'
import { checkRegistration, registrationError } from '../protocol/registration.ts'
import { issuerOf, personOf, type Provider } from '../provider.ts'
import type { RefusedRedirect } from '../storage/clients.ts'
import { clientPath, endpointsOf } from './client-addresses.ts'
import { findOwnClient } from './own-client.ts'
import { answerProblem } from './problem.tsx'
import { refusePerson } from './refuse.ts'
import { fieldsOfForm, readPageForm } from './client-requests.ts'
import { trialRedirectUri } from './trial-return.ts'
import { startTrial } from './trial.tsx'

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
      return found.kind === 'own' ? act(c, found.client) : answerNoClient(provider, c)
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
  readonly confirm?: 'delete' | 'change-type'
  /** What is wrong with the name that was typed to confirm. */
  readonly confirmError?: string
}

/** Answers with the page of a client. A fresh secret is never kept by a cache. */
export async function showClient(
  provider: Provider,
  c: AppContext,
  client: Client,
  { freshSecret, form, confirm, confirmError }: Shown,
): Promise<Response> {
  const { host } = provider
  const { clientId } = client
  const [secrets, uses, refused] = await Promise.all([
    provider.clients.secrets(clientId),
    provider.clients.uses([clientId], host.clock.now()),
    provider.clients.refusedRedirect(clientId),
  ])
  const clientsPath = host.urls.path('/-/oauth/clients')
  return host.page(c, {
    title:
      confirm === undefined
        ? 'OAuth app'
        : confirm === 'delete'
          ? 'Delete an app'
          : 'Change the type of an app',
    width: confirm === undefined ? 'wide' : 'narrow',
    crumbs: [{ label: 'OAuth apps', path: clientsPath }],
    status: form === undefined && confirmError === undefined ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <ClientPage
        client={client}
        secrets={secrets}
        use={uses.get(clientId) ?? { people: 0, lastUsedAt: null }}
        canTry={trialRedirectUri(host, c) !== null}
        refused={refused === null ? null : refusedRequest(client, refused)}
        freshSecret={freshSecret ?? null}
        action={host.urls.path(clientPath(client.clientId))}
        form={form ?? { name: client.name, redirectUris: client.redirectUris.join('\n'), error: null }}
        confirm={confirm ?? null}
        confirmError={confirmError ?? null}
        endpoints={endpointsOf(host, c)}
        issuer={issuerOf(host, c)}
        selfPath={host.urls.path(clientPath(clientId))}
      />
    ),
  })
}

/** The last refused request, compared with what is registered now. */
function refusedRequest(
  { kind, redirectUris }: Client,
  { at, redirectUri }: RefusedRedirect,
): RefusedRequest {
  const diagnosis = diagnoseRedirectUri(redirectUris, redirectUri === '' ? [] : [redirectUri])
  const isDifferent = diagnosis.kind === 'differs'
  return {
    at,
    redirectUri,
    nearest: isDifferent ? diagnosis.nearest : null,
    difference:
      matchRedirectUri(redirectUris, redirectUri, kind) === null ? diagnosisInWords(diagnosis) : null,
    isLoopbackPort:
      kind === 'confidential' &&
      isDifferent &&
      diagnosis.parts.join() === 'the port' &&
      matchRedirectUri(redirectUris, redirectUri, 'public') !== null,
  }
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
    case 'try':
      return startTrial(provider, c, client, form.get('scope') ?? '') ?? back()
    case 'change-type':
      return showClient(provider, c, client, { confirm: 'change-type' })
    case 'confirm-change-type': {
      const kind = client.kind === 'public' ? 'confidential' : 'public'
      const changed = await changeClientKind(provider, c, client, kind)
      return changed === null || changed.secret === null
        ? back()
        : showClient(provider, c, changed.client, { freshSecret: changed.secret })
    }
    case 'delete':
      return showClient(provider, c, client, { confirm: 'delete' })
    case 'confirm-delete':
      if ((form.get('typed_name') ?? '').trim() !== client.name) {
        const confirmError = 'This is not the name of the app. Nothing was deleted.'
        return showClient(provider, c, client, { confirm: 'delete', confirmError })
      }
      await deleteClient(provider, c, client)
      return c.redirect(urls.path('/-/oauth/clients'), 303)
    default:
      return back()
  }
}

/** An app of somebody else is none: whoever asks does not learn that there is one. */
function answerNoClient(provider: Provider, c: AppContext): Promise<Response> {
  return answerProblem(provider.host, c, {
    status: 404,
    error: 'Client not found',
    heading: 'You have no such app',
    what: 'It was deleted, somebody else registered it, or the address is not complete. Nothing was changed.',
    next: 'Go to your own list of OAuth apps and choose from there.',
    code: null,
  })
}
