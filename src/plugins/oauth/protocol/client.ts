import type { EpochSeconds, PersonId } from '../../../plugin.ts'
import type { ClientId, RedirectUri } from './ids.ts'

/** Whether a client can keep a secret (RFC 6749 §2.1). */
export type ClientKind = 'confidential' | 'public'

/** How many secrets of one client work at a time: the new one, and the old one until it is retired. */
export const MAX_LIVE_SECRETS = 2

/** An app that somebody registered here. */
export type Client = {
  readonly clientId: ClientId
  readonly name: string
  readonly kind: ClientKind
  readonly redirectUris: readonly RedirectUri[]
  /** The id of the actor who registered it, and who alone may change it; null for a client that nobody here registered. */
  readonly createdBy: PersonId | null
  readonly createdAt: EpochSeconds
}
