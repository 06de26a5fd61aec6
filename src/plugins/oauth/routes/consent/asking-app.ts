import type { App } from '../../pages/parties.tsx'
import type { Client } from '../../protocol/client.ts'
import { documentHost } from '../../protocol/client-id-url.ts'

/** The app that asks, as pages show it. */
export function appOf({ clientId, createdBy, kind, name }: Client): App {
  const registeredBy = createdBy === null ? null : String(createdBy)
  return { name, kind, registeredBy, describedBy: documentHost(clientId) }
}
