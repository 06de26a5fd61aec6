import { privatePageHeaders, visible, type AppContext, type Route } from '../../../../plugin.ts'
import { MANAGE_GRANTS } from '../../actions.ts'
import { deleteClient } from '../../manage-clients.ts'
import { DeleteUnvouchedPage } from '../../pages/delete-unvouched.tsx'
import type { Client } from '../../protocol/client.ts'
import { COMMAND_LINE_CLIENT_ID, isClientId } from '../../protocol/ids.ts'
import type { Provider } from '../../provider.ts'
import { unlessRestricted } from '../browser-session.ts'
import { readPageForm } from '../client-requests.ts'
import { withQuery } from '../grants/grant-query.ts'
import { GRANTS_PATH, UNVOUCHED_PATH } from '../paths.ts'
import { answerProblem } from '../problem.tsx'
import { refusePerson } from '../refuse.ts'

/**
 * `POST /-/oauth/unvouched`: deletes an app that nobody here registered, which has no owner who could. `client_id` stands in the form,
 * since it can be an address.
 */
export function deleteUnvouchedRoute(provider: Provider): Route {
  return {
    method: 'POST',
    path: UNVOUCHED_PATH,
    allow: { who: 'person', action: MANAGE_GRANTS },
    refuse: refusePerson(provider.host),
    handle: unlessRestricted(provider, (c) => askOrDelete(provider, c), 'manage'),
  }
}

async function askOrDelete(provider: Provider, c: AppContext): Promise<Response> {
  const { host } = provider
  const form = await readPageForm(c)
  const client = await findUnvouched(provider, form.get('client_id') ?? '')
  if (client === null) return answerNone(provider, c)
  if (form.get('do') === 'confirm-delete') {
    await deleteClient(provider, c, client)
    host.say(c, {
      kind: 'info',
      text: `“${visible(client.name)}” was deleted, and all access to it has ended.`,
    })
    return c.redirect(host.urls.path(GRANTS_PATH), 303)
  }
  return host.page(c, {
    title: 'Delete an app',
    width: 'narrow',
    headers: privatePageHeaders(),
    body: (
      <DeleteUnvouchedPage
        clientId={client.clientId}
        name={visible(client.name)}
        action={host.urls.path(UNVOUCHED_PATH)}
        cancelPath={withQuery(host.urls.path(GRANTS_PATH), { client: client.clientId })}
      />
    ),
  })
}

/** An app that somebody registered is that person's to delete; the command line without a name is part of the server. */
async function findUnvouched({ clients }: Provider, clientId: string): Promise<Client | null> {
  const client = isClientId(clientId) ? await clients.find(clientId) : null
  const isUnvouched = client?.createdBy === null && client.clientId !== COMMAND_LINE_CLIENT_ID
  return isUnvouched ? client : null
}

function answerNone({ host }: Provider, c: AppContext): Promise<Response> {
  return answerProblem(host, c, {
    status: 404,
    error: 'Client not found',
    heading: 'There is no such app',
    what: 'It was deleted, or somebody registered it here and deletes it as its owner. Nothing was changed.',
    next: 'Go to the list of apps with access and choose from there.',
    code: null,
  })
}
