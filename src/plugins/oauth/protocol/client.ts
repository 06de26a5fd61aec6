import type { EpochSeconds } from '../../../plugin.ts'
import type { ClientId, RedirectUri } from './ids.ts'

/** Whether a client can keep a secret (RFC 6749 §2.1). */
export type ClientKind = 'confidential' | 'public'

/** An app that somebody registered here. */
export type Client = {
  readonly clientId: ClientId
  readonly name: string
  readonly kind: ClientKind
  readonly redirectUris: readonly RedirectUri[]
  /** The id of the actor who registered it, and who alone may change it. */
  readonly createdBy: string
  readonly createdAt: EpochSeconds
}
