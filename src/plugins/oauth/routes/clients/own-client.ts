import type { PersonId, RouteParams } from '../../../../plugin.ts'
import type { Client } from '../../protocol/client.ts'
import { isClientId } from '../../protocol/ids.ts'
import type { ClientStore } from '../../storage/clients.ts'

/** The client that a path names, for the person who asks. */
export type OwnClient =
  | { readonly kind: 'own'; readonly client: Client }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unknown' }

/** Finds the client that `:client_id` names. Only its owner may see or change it. */
export async function findOwnClient(
  clients: ClientStore,
  params: RouteParams,
  personId: PersonId,
): Promise<OwnClient> {
  const clientId = params['client_id'] ?? ''
  const client = isClientId(clientId) ? await clients.find(clientId) : null
  if (client === null) return { kind: 'unknown' }
  return client.createdBy === personId ? { kind: 'own', client } : { kind: 'foreign' }
}
