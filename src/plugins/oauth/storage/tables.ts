/**
 * The provider's tables. They begin with `tapedeck_oauth_`, so that they can stand in one internal database with the
 * tables of datasette-oauth (`oauth_clients`, `oauth_authorization_codes`, `oauth_device_codes`).
 *
 * What lives here is rows: no rule of the protocol, and no secret, code or nonce in a form that could be used.
 */
import type { EpochSeconds } from '../../../plugin.ts'
import type { ClientKind } from '../protocol/client.ts'
import type {
  ClientId,
  CodeChallenge,
  GrantId,
  RedirectUri,
  SecretHash,
  SecretId,
  UserCodeHash,
} from '../protocol/ids.ts'

/** Everything that leaves a row in the audit trail. */
export const AUDIT_EVENTS = [
  'client.created',
  'client.changed',
  'client.deleted',
  'client.secret_rotated',
  'client.secret_retired',
  'client.authentication_failed',
  'consent.granted',
  'consent.denied',
  'code.issued',
  'code.redeemed',
  'code.replayed',
  'device.approved',
  'device.denied',
  'grant.narrowed',
  'grant.ended',
  'token.issued',
  'token.refreshed',
  'token.revoked',
  'token.reuse_detected',
] as const

export type AuditEvent = (typeof AUDIT_EVENTS)[number]

export type OAuthTables = {
  readonly tapedeck_oauth_clients: {
    readonly client_id: ClientId
    readonly client_name: string
    readonly client_type: ClientKind
    /** JSON array of texts. */
    readonly redirect_uris: string
    /** As `storePersonId` writes it; `null` in the same JSON for a client that nobody here registered. */
    readonly created_by: string
    readonly created_at: EpochSeconds
    /** The place in its owner's list; the second in which two clients were made may be the same. */
    readonly position: number
    /** The last redirect URI that was asked for and was not the client's, shortened; null while there was none. */
    readonly refused_redirect_uri: string | null
    readonly refused_at: EpochSeconds | null
  }
  /** What is known beside that of a client that nobody here registered. */
  readonly tapedeck_oauth_unvouched_clients: {
    readonly client_id: ClientId
    /** The parts of the address that it registered itself from, which limits count by; null for one that has a document. */
    readonly network: string | null
    readonly site_network: string | null
    readonly registered_at: EpochSeconds
    /** When it fetched a token first; null while it has not. */
    readonly granted_at: EpochSeconds | null
    /** JSON object: what it says of itself. */
    readonly declared: string
  }
  readonly tapedeck_oauth_client_secrets: {
    readonly secret_id: SecretId
    readonly client_id: ClientId
    readonly secret_hash: SecretHash
    readonly created_at: EpochSeconds
    readonly position: number
    /** To the minute; null for one that was never used. */
    readonly last_used_at: EpochSeconds | null
  }
  /** What one person gave one client. It owns the codes and tokens that come of it: when it ends, they end. */
  readonly tapedeck_oauth_grants: {
    readonly grant_id: GrantId
    readonly client_id: ClientId
    /** As `storePersonId` writes it. */
    readonly user_id: string
    /** As `storePerson` writes it. */
    readonly person: string
    /** JSON as `storeGrantedScopes` writes it. */
    readonly scopes: string
    readonly resource: string | null
    readonly created_at: EpochSeconds
    readonly ended_at: EpochSeconds | null
    /** The refresh token that can be used next, the one before it, and when the one became the other. */
    readonly refresh_hash: SecretHash | null
    readonly refresh_previous_hash: SecretHash | null
    readonly refresh_rotated_at: EpochSeconds | null
    /** When the refresh token ends if nobody uses it. */
    readonly refresh_expires_at: EpochSeconds | null
    /** When refreshing ends, used or not; null for a grant that is not refreshed. */
    readonly refresh_ends_at: EpochSeconds | null
    /** When a token of it was last accepted, to the minute, and from where. */
    readonly last_used_at: EpochSeconds | null
    readonly last_used_address: string | null
    /** When something of it was taken back last; `scopes` is what is left. */
    readonly narrowed_at: EpochSeconds | null
    /** When its code ends that nobody has spent yet, then when its last token does, at the latest; null for a grant that lasts until it is ended. */
    readonly ends_at: EpochSeconds | null
  }
  /** One row: how often something changed that token checks remember of grants. It only grows. */
  readonly tapedeck_oauth_grant_changes: {
    readonly changes: number
  }
  readonly tapedeck_oauth_codes: {
    readonly code_hash: SecretHash
    readonly grant_id: GrantId
    readonly client_id: ClientId
    readonly redirect_uri: RedirectUri
    readonly code_challenge: CodeChallenge | null
    readonly expires_at: EpochSeconds
    readonly used_at: EpochSeconds | null
  }
  /** What devices without a browser ask for. Once decided, a row is never pending again. */
  readonly tapedeck_oauth_device_requests: {
    readonly device_code_hash: SecretHash
    readonly user_code_hash: UserCodeHash
    readonly client_id: ClientId
    /** JSON as `storeScopeRequest` writes it. */
    readonly scope: string
    readonly resource: string | null
    /** 1 when it asks for a refresh token. */
    readonly asks_refresh: 0 | 1
    readonly address: string
    /** The parts of the address that pending requests are counted by. */
    readonly network: string
    readonly site_network: string
    readonly user_agent: string | null
    readonly requested_at: EpochSeconds
    readonly expires_at: EpochSeconds
    readonly status: 'pending' | 'approved' | 'denied' | 'used'
    /** Who opened the user code first, as `storePersonId` writes it; nobody else may decide. */
    readonly claimed_by: string | null
    /** The grant of an approved request, and how long its token will last, in seconds. */
    readonly grant_id: GrantId | null
    readonly token_ttl_seconds: number | null
    /** Seconds that a polite device waits between polls. */
    readonly interval_seconds: number
    readonly last_polled_at: EpochSeconds | null
  }
  /** User codes that somebody tried and that were not theirs, for as long as they count. */
  readonly tapedeck_oauth_user_code_attempts: {
    readonly attempt_id: string
    /** As `storePersonId` writes it. */
    readonly person_id: string
    readonly network: string
    readonly at: EpochSeconds
  }
  /** Consent pages that were decided. */
  readonly tapedeck_oauth_consent_nonces: {
    readonly nonce_hash: SecretHash
    readonly expires_at: EpochSeconds
  }
  /** The clients that datasette-oauth had registered and that were taken over, or left out, by its ids. */
  readonly tapedeck_oauth_adopted_clients: {
    readonly client_id: string
    readonly adopted_at: EpochSeconds
  }
  /** Append-only. */
  readonly tapedeck_oauth_audit: {
    readonly entry_id: string
    readonly at: EpochSeconds
    readonly event: AuditEvent
    /** As `storePersonId` writes it; null when a client did it. */
    readonly actor_id: string | null
    /** Null when the request named no client that exists. */
    readonly client_id: ClientId | null
    readonly grant_id: GrantId | null
    readonly address: string
    /** Whose grant it is, as `storePersonId` writes it: kept, since the grant itself is removed some day. */
    readonly owner_id: string | null
    /** JSON as `storeGrantedScopes` writes it: what was given, or is left after a part was taken back; null for other events. */
    readonly scopes: string | null
  }
}
