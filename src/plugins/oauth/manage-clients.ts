/** What the pages and the JSON endpoints for clients have in common: each change, and the audit row that follows it. */
import { fail, ok, type AppContext, type Result } from '../../plugin.ts'
import type { Client, ClientKind } from './protocol/client.ts'
import {
  hashSecret,
  newClientId,
  newClientSecret,
  newSecretId,
  type ClientSecret,
  type SecretId,
} from './protocol/ids.ts'
import type { Registration } from './protocol/registration.ts'
import { personOf, recordAudit, type Provider } from './provider.ts'
import type { LiveSecret } from './storage/clients.ts'

/** A new client with the only sight of its secret; null for a public client. */
export type NewClient = { readonly client: Client; readonly secret: ClientSecret | null }

/** Registers a client for the person who asks. */
export async function registerClient(
  provider: Provider,
  c: AppContext,
  registration: Registration,
): Promise<NewClient> {
  const client: Client = {
    clientId: newClientId(provider.host.random),
    ...registration,
    createdBy: personOf(c).id,
    createdAt: provider.host.clock.now(),
  }
  const made = registration.kind === 'confidential' ? makeSecret(provider) : null
  await provider.clients.create(client, made?.stored ?? null)
  await recordChange(provider, c, client, 'client.created')
  return { client, secret: made?.secret ?? null }
}

/** Changes a client's name and redirect URIs. */
export async function changeClient(
  provider: Provider,
  c: AppContext,
  client: Client,
  registration: Registration,
): Promise<void> {
  await provider.clients.change(client.clientId, registration)
  await recordChange(provider, c, client, 'client.changed')
}

/**
 * Makes a client public or confidential, and gives the first secret of one that becomes confidential. Null when it is of
 * this type already.
 */
export async function changeClientKind(
  provider: Provider,
  c: AppContext,
  client: Client,
  kind: ClientKind,
): Promise<NewClient | null> {
  const made = kind === 'confidential' ? makeSecret(provider) : null
  const now = provider.host.clock.now()
  if (!(await provider.clients.changeKind(client.clientId, kind, made?.stored ?? null, now))) return null
  await recordChange(provider, c, client, 'client.changed')
  return { client: { ...client, kind }, secret: made?.secret ?? null }
}

/** Deletes a client, and ends every grant, code and token of it. */
export async function deleteClient(provider: Provider, c: AppContext, client: Client): Promise<void> {
  await provider.clients.delete(client.clientId)
  await recordChange(provider, c, client, 'client.deleted')
}

/** Gives a client a second secret. The first works until it is retired. */
export async function rotateSecret(
  provider: Provider,
  c: AppContext,
  client: Client,
): Promise<
  Result<{ readonly secret: ClientSecret; readonly secretId: SecretId }, 'public-client' | 'two-live'>
> {
  if (client.kind === 'public') return fail('public-client')
  const { secret, stored } = makeSecret(provider)
  if (!(await provider.clients.addSecret(client.clientId, stored))) return fail('two-live')
  await recordChange(provider, c, client, 'client.secret_rotated')
  return ok({ secret, secretId: stored.id })
}

/** Ends one of two secrets. False when there is none of this id, or when it is the last. */
export async function retireSecret(
  provider: Provider,
  c: AppContext,
  client: Client,
  secretId: SecretId,
): Promise<boolean> {
  if (!(await provider.clients.retireSecret(client.clientId, secretId))) return false
  await recordChange(provider, c, client, 'client.secret_retired')
  return true
}

/** A new secret, and what of it is stored. */
export function makeSecret({ host }: Provider): {
  readonly secret: ClientSecret
  readonly stored: LiveSecret
} {
  const secret = newClientSecret(host.random)
  return {
    secret,
    stored: {
      id: newSecretId(host.random),
      hash: hashSecret(secret),
      createdAt: host.clock.now(),
      lastUsedAt: null,
    },
  }
}

async function recordChange(
  provider: Provider,
  c: AppContext,
  client: Client,
  event:
    | 'client.created'
    | 'client.changed'
    | 'client.deleted'
    | 'client.secret_rotated'
    | 'client.secret_retired',
): Promise<void> {
  await recordAudit(provider, c, { actorId: personOf(c).id, clientId: client.clientId, grantId: null }, event)
}
