import type { Kysely } from 'kysely'
import { randomHex, type EpochSeconds, type Random } from '../../../plugin.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import type { OAuthTables } from './tables.ts'

/** Everything that leaves a row in the audit trail. */
export type AuditEvent =
  | 'client.created'
  | 'client.changed'
  | 'client.deleted'
  | 'client.secret_rotated'
  | 'client.secret_retired'
  | 'client.authentication_failed'
  | 'consent.granted'
  | 'consent.denied'
  | 'code.issued'
  | 'code.redeemed'
  | 'code.replayed'
  | 'token.issued'

/** Who and what a row is about. There is no place in it for a secret, a code, a token or a state. */
export type AuditSubject = {
  /** The person who did it; null when a client did. */
  readonly actorId: string | null
  readonly clientId: ClientId
  readonly grantId: GrantId | null
  /** The network address of the peer. */
  readonly address: string
}

/** Most rows of failed authentication that one client leaves in `FAILURE_WINDOW_SECONDS`: strangers must not fill the disk. */
const MAX_FAILURES_IN_WINDOW = 20

const FAILURE_WINDOW_SECONDS = 60

/** The audit trail. Rows are added after what they tell of was done, and never changed. */
export class AuditStore {
  readonly #db: Kysely<OAuthTables>
  readonly #random: Random

  constructor(db: Kysely<OAuthTables>, random: Random) {
    this.#db = db
    this.#random = random
  }

  /** Adds a row for each event. */
  async record(subject: AuditSubject, events: readonly AuditEvent[], now: EpochSeconds): Promise<void> {
    await this.#db
      .insertInto('tapedeck_oauth_audit')
      .values(
        events.map((event) => ({
          entry_id: randomHex(this.#random, 16),
          at: now,
          event,
          actor_id: subject.actorId,
          client_id: subject.clientId,
          grant_id: subject.grantId,
          address: subject.address,
        })),
      )
      .execute()
  }

  /** Adds a row for a client that did not prove itself, unless there were many of them just now. */
  async recordFailedAuthentication(clientId: ClientId, address: string, now: EpochSeconds): Promise<void> {
    const recent = await this.#db
      .selectFrom('tapedeck_oauth_audit')
      .select('entry_id')
      .where('client_id', '=', clientId)
      .where('event', '=', 'client.authentication_failed')
      .where('at', '>', now - FAILURE_WINDOW_SECONDS)
      .limit(MAX_FAILURES_IN_WINDOW)
      .execute()
    if (recent.length >= MAX_FAILURES_IN_WINDOW) return
    const subject = { actorId: null, clientId, grantId: null, address }
    await this.record(subject, ['client.authentication_failed'], now)
  }
}
