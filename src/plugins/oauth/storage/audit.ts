import { sql, type Kysely, type Transaction } from 'kysely'
import {
  randomHex,
  Statement,
  storePersonId,
  type EpochSeconds,
  type PersonId,
  type Random,
} from '../../../plugin.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import { searchAudit, type AuditFilter, type AuditPage, type AuditPlace } from './audit-search.ts'
import type { AuditEvent, OAuthTables } from './tables.ts'

/** Who and what a row is about. There is no place in it for a secret, a code, a token or a state. */
export type AuditSubject = {
  /** The person who did it; null when a client did. */
  readonly actorId: PersonId | null
  readonly clientId: ClientId
  readonly grantId: GrantId | null
  /** The network address of the peer. */
  readonly address: string
}

/** Most rows of failed authentication that one client leaves in `FAILURE_WINDOW_SECONDS`: strangers must not fill the disk. */
const MAX_FAILURES_IN_WINDOW = 20

const FAILURE_WINDOW_SECONDS = 60

const FAILED: AuditEvent = 'client.authentication_failed'

/** The events that change what an app may do: their rows say what it may do from then on. */
const TELLS_SCOPES: ReadonlySet<AuditEvent> = new Set([
  'consent.granted',
  'device.approved',
  'grant.narrowed',
])

type Row = Omit<OAuthTables['tapedeck_oauth_audit'], 'owner_id' | 'scopes'> & {
  /** The grant whose scopes are told; null for none. */
  readonly scopes_of: GrantId | null
}

const INSERT = new Statement((db: Kysely<OAuthTables>, row: Row) =>
  db.insertInto('tapedeck_oauth_audit').values({
    entry_id: row.entry_id,
    at: row.at,
    event: row.event,
    actor_id: row.actor_id,
    client_id: row.client_id,
    grant_id: row.grant_id,
    address: row.address,
    owner_id: ofGrant('user_id', row.grant_id),
    scopes: ofGrant('scopes', row.scopes_of),
  }),
)

/** What stands in the row of a grant at this moment; null without one. */
const ofGrant = (column: 'user_id' | 'scopes', grantId: GrantId | null) =>
  sql<
    string | null
  >`(select ${sql.ref(column)} from tapedeck_oauth_grants as given where given.grant_id = ${grantId})`

/** The audit trail. Rows are added after what they tell of was done, and never changed. */
export class AuditStore {
  readonly #db: Kysely<OAuthTables>
  readonly #random: Random
  #made = 0

  constructor(db: Kysely<OAuthTables>, random: Random) {
    this.#db = db
    this.#random = random
  }

  /** Adds a row for each event: all of them or none. */
  async record(subject: AuditSubject, events: readonly AuditEvent[], now: EpochSeconds): Promise<void> {
    await this.#db.transaction().execute((trx) => this.recordIn(trx, subject, events, now))
  }

  /** The same in a transaction. */
  async recordIn(
    trx: Transaction<OAuthTables>,
    { actorId, address, clientId, grantId }: AuditSubject,
    events: readonly AuditEvent[],
    now: EpochSeconds,
  ): Promise<void> {
    for (const event of events) {
      await INSERT.run(trx, {
        entry_id: this.#newEntryId(now),
        at: now,
        event,
        actor_id: actorId === null ? null : storePersonId(actorId),
        client_id: clientId,
        grant_id: grantId,
        scopes_of: TELLS_SCOPES.has(event) ? grantId : null,
        address,
      })
    }
  }

  /**
   * Adds a row for a client that did not prove itself, unless there were many of them just now. Null stands for
   * whoever named no client that exists: all of them share one count, so that making up names does not help, and
   * what they sent is not kept.
   *
   * One statement counts and inserts, so that many failures at once leave no more rows than one after the other.
   */
  async recordFailedAuthentication(
    clientId: ClientId | null,
    address: string,
    now: EpochSeconds,
  ): Promise<void> {
    await this.#db
      .insertInto('tapedeck_oauth_audit')
      .columns(['entry_id', 'at', 'event', 'client_id', 'address'])
      .expression((select) =>
        select
          .selectFrom(
            select
              .selectFrom('tapedeck_oauth_audit')
              .select(({ fn }) => fn.countAll<number>().as('failures'))
              .where((where) =>
                clientId === null ? where('client_id', 'is', null) : where('client_id', '=', clientId),
              )
              .where('event', '=', FAILED)
              .where('at', '>', now - FAILURE_WINDOW_SECONDS)
              .as('recent'),
          )
          .where('failures', '<', MAX_FAILURES_IN_WINDOW)
          .select([
            sql<string>`${this.#newEntryId(now)}`.as('entry_id'),
            sql<EpochSeconds>`cast(${now} as bigint)`.as('at'),
            sql<AuditEvent>`${FAILED}`.as('event'),
            sql<ClientId | null>`cast(${clientId} as text)`.as('client_id'),
            sql<string>`${address}`.as('address'),
          ]),
      )
      .execute()
  }

  /** A page of the trail, newest first. `after` is where the page before ended; null for the first. */
  search(filter: AuditFilter, after: AuditPlace | null): Promise<AuditPage> {
    return searchAudit(this.#db, filter, after)
  }

  /** Ids of one process are in the order in which they are made, so that what happens within a second stays in order too. */
  #newEntryId(now: EpochSeconds): string {
    this.#made += 1
    const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0').slice(-digits)
    return hex(now, 9) + hex(this.#made, 7) + randomHex(this.#random, 8)
  }
}
