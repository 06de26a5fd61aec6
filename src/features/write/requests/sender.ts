import { personIdOf } from '../../../auth/person-id.ts'
import { countedNetwork } from '../../../http/client-address.ts'
import type { AppContext } from '../../../routing/context.ts'

/**
 * Who sends a request, as text that no two of them share: a person is their id with its JSON type, an actor whose id names no person is all
 * that is known of them, and who is signed out is their network.
 */
export function senderOf(c: AppContext): string {
  const actor = c.get('actor')
  return JSON.stringify(
    actor === null ? { network: countedNetwork(c.env.address) } : (personIdOf(actor) ?? { actor }),
  )
}
