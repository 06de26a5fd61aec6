import { privatePageHeaders, type AppContext, type FlashMessage, type Route } from '../../../../plugin.ts'
import { MANAGE_CLIENTS } from '../../actions.ts'
import {
  changeClient,
  changeClientKind,
  deleteClient,
  retireSecret,
  rotateSecret,
} from '../../manage-clients.ts'
import { ClientPage, type ClientPageProps, type RefusedRequest } from '../../pages/client.tsx'
import type { Client } from '../../protocol/client.ts'
import { isSecretId } from '../../protocol/ids.ts'
import { diagnoseRedirectUri, diagnosisInWords } from '../../protocol/redirect-diagnosis.ts'
import { matchRedirectUri } from '../../protocol/redirect-uri.ts'
import { checkTyped } from '../../protocol/registration-faults.ts'
import { issuerOf, personOf, type Provider } from '../../provider.ts'
import type { RefusedRedirect } from '../../storage/clients.ts'
import { clientPath, endpointsOf } from '../discovery/client-addresses.ts'
import { findOwnClient } from './own-client.ts'
import { answerProblem } from '../problem.tsx'
import { refusePerson } from '../refuse.ts'
import { fieldsOfForm, readPageForm } from '../client-requests.ts'
import { noteSecret, takeSecret } from './secret-note.ts'
import { trialRedirectUri } from '../trial-return.ts'
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
    {
      method: 'GET',
      ...managed,
      handle: forOwner(async (c, client) =>
        showClient(provider, c, client, {
          freshSecret: await takeSecret(provider, c, client),
          scope: new URL(c.req.url).searchParams.get('scope'),
        }),
      ),
    },
    { method: 'POST', ...managed, handle: forOwner((c, client) => changeOnPage(provider, c, client)) },
  ]
}

/** What the page shows beside the client itself. Everything left out is as the client has it. */
type Shown = {
  /** A secret that was made a moment ago. */
  readonly freshSecret?: string | null
  /** What was tried before. */
  readonly scope?: string | null
  readonly form?: ClientPageProps['form']
  readonly confirm?: ClientPageProps['confirm']
  /** What is wrong with the name that was typed to confirm. */
  readonly confirmError?: string
}

/** Answers with the page of a client. A fresh secret is never kept by a cache. */
async function showClient(
  provider: Provider,
  c: AppContext,
  client: Client,
  { freshSecret, scope, form, confirm, confirmError }: Shown,
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
    title: titleOf(confirm ?? null),
    width: confirm === undefined ? 'wide' : 'narrow',
    crumbs: [{ label: 'OAuth apps', path: clientsPath }],
    status: form === undefined && confirmError === undefined ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <ClientPage
        client={client}
        secrets={secrets}
        use={uses.get(clientId) ?? { people: 0, lastUsedAt: null }}
        scope={scope ?? 'read'}
        canTry={trialRedirectUri(host, c) !== null}
        refused={refused === null ? null : refusedRequest(client, refused)}
        freshSecret={freshSecret ?? null}
        action={host.urls.path(clientPath(client.clientId))}
        form={form ?? { name: client.name, redirectUris: client.redirectUris.join('\n'), faults: null }}
        confirm={confirm ?? null}
        confirmError={confirmError ?? null}
        endpoints={endpointsOf(host, c)}
        issuer={issuerOf(host, c)}
        selfPath={host.urls.path(clientPath(clientId))}
        historyPath={host.urls.path(`${clientPath(clientId)}/history`)}
      />
    ),
  })
}

function titleOf(confirm: ClientPageProps['confirm']): string {
  if (confirm === null) return 'OAuth app'
  if (confirm === 'delete') return 'Delete an app'
  return confirm === 'change-type' ? 'Change the type of an app' : 'Retire a secret'
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
  const { say, urls } = provider.host
  const back = () => c.redirect(urls.path(clientPath(client.clientId)), 303)
  const backWith = (kind: FlashMessage['kind'], text: string) => {
    say(c, { kind, text })
    return back()
  }
  const form = await readPageForm(c)
  switch (form.get('do') ?? '') {
    case 'edit': {
      const fields = fieldsOfForm(form)
      const registration = checkTyped({ ...fields, kind: client.kind })
      if (registration.ok) {
        await changeClient(provider, c, client, registration.value)
        return backWith('info', 'The changes were saved.')
      }
      const sent = { name: fields.name, redirectUris: fields.redirectUris.join('\n') }
      return showClient(provider, c, client, {
        form: { ...sent, faults: registration.error },
      })
    }
    case 'rotate': {
      const rotated = await rotateSecret(provider, c, client)
      if (!rotated.ok) return backWith('error', 'No secret was made: an app has at most two.')
      await noteSecret(provider, c, client, rotated.value.secret)
      return back()
    }
    case 'retire': {
      const secretId = form.get('secret_id') ?? ''
      const secrets = await provider.clients.secrets(client.clientId)
      const secret = secrets.find(({ id }) => id === secretId)
      if (secret === undefined || secrets.length === 1) return backWith('error', NOT_RETIRED)
      return showClient(provider, c, client, { confirm: { retire: secret } })
    }
    case 'confirm-retire': {
      const secretId = form.get('secret_id') ?? ''
      const isRetired = isSecretId(secretId) && (await retireSecret(provider, c, client, secretId))
      return isRetired
        ? backWith('info', 'The secret was retired. It no longer works.')
        : backWith('error', NOT_RETIRED)
    }
    case 'try':
      return startTrial(provider, c, client, form.get('scope') ?? '') ?? back()
    case 'change-type':
      return showClient(provider, c, client, { confirm: 'change-type' })
    case 'confirm-change-type': {
      // Sent twice, or from a page that is old, it changes nothing back.
      if (form.get('client_type') === client.kind) return back()
      const kind = client.kind === 'public' ? 'confidential' : 'public'
      const changed = await changeClientKind(provider, c, client, kind)
      if (changed === null) return back()
      if (changed.secret !== null) await noteSecret(provider, c, client, changed.secret)
      return backWith('info', `The app is ${kind} now.`)
    }
    case 'delete':
      return showClient(provider, c, client, { confirm: 'delete' })
    case 'confirm-delete':
      if ((form.get('typed_name') ?? '').trim() !== client.name) {
        const confirmError = 'This is not the name of the app. Nothing was deleted.'
        return showClient(provider, c, client, { confirm: 'delete', confirmError })
      }
      await deleteClient(provider, c, client)
      say(c, { kind: 'info', text: `“${client.name}” was deleted.` })
      return c.redirect(urls.path('/-/oauth/clients'), 303)
    default:
      return back()
  }
}

const NOT_RETIRED = 'No secret was retired: it was retired before, or it is the last.'

/** An app of somebody else is none: whoever asks does not learn that there is one. */
export function answerNoClient(provider: Provider, c: AppContext): Promise<Response> {
  return answerProblem(provider.host, c, {
    status: 404,
    error: 'Client not found',
    heading: 'You have no such app',
    what: 'It was deleted, somebody else registered it, or the address is not complete. Nothing was changed.',
    next: 'Go to your own list of OAuth apps and choose from there.',
    code: null,
  })
}
