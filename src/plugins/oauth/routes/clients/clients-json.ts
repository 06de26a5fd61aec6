import {
  formatIso,
  type AppContext,
  type EpochSeconds,
  type JsonObject,
  type Route,
} from '../../../../plugin.ts'
import { MANAGE_CLIENTS } from '../../actions.ts'
import {
  changeClient,
  changeClientKind,
  deleteClient,
  registerClient,
  retireSecret,
  rotateSecret,
} from '../../manage-clients.ts'
import type { Client } from '../../protocol/client.ts'
import { isSecretId } from '../../protocol/ids.ts'
import { checkRegistration, registrationError, type Registration } from '../../protocol/registration.ts'
import { personOf, type Provider } from '../../provider.ts'
import { answerJson } from '../json-answer.ts'
import { readRegistration, readSecretChange } from '../client-requests.ts'
import { findOwnClient } from './own-client.ts'
import { refuseProgram } from '../refuse.ts'

/** Clients for programs: `/-/oauth/clients.json` and what lies below it (host.md §13.2). */
export function clientsJsonRoutes(provider: Provider): readonly Route[] {
  const managed = { allow: { who: 'person', action: MANAGE_CLIENTS }, refuse: refuseProgram } as const

  const forOwner =
    (act: (c: AppContext, client: Client) => Promise<Response>): Route['handle'] =>
    async (c, params) => {
      const found = await findOwnClient(provider.clients, params, personOf(c).id)
      switch (found.kind) {
        case 'own':
          return act(c, found.client)
        case 'foreign':
          return answerJson(c, { error: 'Forbidden' }, 403)
        case 'unknown':
          return answerJson(c, { error: 'Client not found' }, 404)
      }
    }

  return [
    {
      method: 'GET',
      path: '/-/oauth/clients.json',
      ...managed,
      handle: (c) => listClients(provider, c),
    },
    {
      method: 'POST',
      path: '/-/oauth/clients.json',
      ...managed,
      handle: async (c) =>
        withRegistration(c, async (registration) => {
          const { client, secret } = await registerClient(provider, c, registration)
          return answerJson(c, { ...clientJson(client), ...(secret !== null && { client_secret: secret }) })
        }),
    },
    {
      method: 'POST',
      path: '/-/oauth/clients/:client_id.json',
      ...managed,
      handle: forOwner(async (c, client) =>
        withRegistration(c, async (registration, askedKind) => {
          const kind = askedKind === null ? client.kind : registration.kind
          await changeClient(provider, c, client, registration)
          const changed = kind === client.kind ? null : await changeClientKind(provider, c, client, kind)
          const secret = changed?.secret ?? null
          return answerJson(c, {
            ...clientJson({ ...client, ...registration, kind }),
            ...(secret !== null && { client_secret: secret }),
          })
        }),
      ),
    },
    {
      method: 'DELETE',
      path: '/-/oauth/clients/:client_id.json',
      ...managed,
      handle: forOwner(async (c, client) => {
        await deleteClient(provider, c, client)
        return answerJson(c, { ok: true })
      }),
    },
    {
      method: 'POST',
      path: '/-/oauth/clients/:client_id/secret.json',
      ...managed,
      handle: forOwner((c, client) => changeSecret(provider, c, client)),
    },
  ]
}

/** The person's clients with their use, or the one that `client_id` names. Without secrets: those are told once. */
async function listClients(provider: Provider, c: AppContext): Promise<Response> {
  const { clients } = provider
  const named = new URL(c.req.url).searchParams.get('client_id')
  const own = (await clients.listOf(personOf(c).id)).filter(
    ({ clientId }) => named === null || clientId === named,
  )
  if (named !== null && own.length === 0) return answerJson(c, { error: 'Client not found' }, 404)
  const uses = await clients.uses(
    own.map(({ clientId }) => clientId),
    provider.host.clock.now(),
  )
  return answerJson(
    c,
    await Promise.all(
      own.map(async (client) => {
        const use = uses.get(client.clientId)
        return {
          ...clientJson(client),
          created_by: client.createdBy,
          created_at: formatIso(client.createdAt),
          last_used_at: isoOrNull(use?.lastUsedAt ?? null),
          people: use?.people ?? 0,
          secrets: await listSecrets(provider, client),
        }
      }),
    ),
  )
}

/** Makes a second secret, or ends the one that `retire` names. */
async function changeSecret(provider: Provider, c: AppContext, client: Client): Promise<Response> {
  const change = await readSecretChange(c)
  if (!change.ok) return answerJson(c, { error: change.error }, 400)
  const retire = change.value
  if (retire !== null) {
    const isRetired = isSecretId(retire) && (await retireSecret(provider, c, client, retire))
    if (!isRetired) return answerJson(c, { error: 'No such secret, or it is the only one that works' }, 409)
    return answerJson(c, { client_id: client.clientId, secrets: await listSecrets(provider, client) })
  }

  const rotated = await rotateSecret(provider, c, client)
  if (rotated.ok) {
    return answerJson(c, {
      client_id: client.clientId,
      client_secret: rotated.value.secret,
      secret_id: rotated.value.secretId,
      secrets: await listSecrets(provider, client),
    })
  }
  return rotated.error === 'public-client'
    ? answerJson(c, { error: 'A public client has no secret' }, 400)
    : answerJson(c, { error: 'Two secrets work already: retire one first (retire=SECRET_ID)' }, 409)
}

async function listSecrets(provider: Provider, client: Client): Promise<readonly JsonObject[]> {
  const secrets = await provider.clients.secrets(client.clientId)
  return secrets.map(({ id, createdAt, lastUsedAt }) => ({
    secret_id: id,
    created_at: formatIso(createdAt),
    last_used_at: isoOrNull(lastUsedAt),
  }))
}

const isoOrNull = (at: EpochSeconds | null): string | null => (at === null ? null : formatIso(at))

/** Reads and checks the registration that a request carries; a fault in it is the answer. */
async function withRegistration(
  c: AppContext,
  use: (registration: Registration, askedKind: string | null) => Promise<Response>,
): Promise<Response> {
  const fields = await readRegistration(c)
  if (!fields.ok) return answerJson(c, { error: fields.error }, 400)
  const registration = checkRegistration(fields.value)
  if (!registration.ok) return answerJson(c, { error: registrationError(registration.error) }, 400)
  return use(registration.value, fields.value.kind)
}

function clientJson(client: Client): JsonObject {
  return {
    client_id: client.clientId,
    client_name: client.name,
    // The first of them stands alone as well, as in datasette-oauth, which knew one.
    redirect_uri: client.redirectUris[0] ?? '',
    redirect_uris: client.redirectUris,
    client_type: client.kind,
  }
}
