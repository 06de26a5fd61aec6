import type { Kysely, QueryExecutorProvider, Transaction } from 'kysely'
import {
  Statement,
  loadPersonId,
  storePersonId,
  type Actor,
  type AppGrant,
  type EpochSeconds,
  type JsonObject,
  type PersonId,
} from '../../../plugin.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import { loadPerson, storePerson } from '../protocol/person.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { loadGrantedScopes, storeGrantedScopes } from '../protocol/scope-schema.ts'
import { grantLasts } from './grant-rows.ts'
import type { GrantChanges } from './grant-changes.ts'
import type { OAuthTables } from './tables.ts'

/** A grant that is about to be stored. */
export type NewGrant = {
  readonly grantId: GrantId
  readonly clientId: ClientId
  readonly userId: PersonId
  /** The person as their session describes them. */
  readonly person: Actor
  readonly scopes: GrantedScopes
  readonly resource: string | null
  /** When refreshing ends at the latest; null for a grant that is not refreshed. */
  readonly refreshEndsAt: EpochSeconds | null
  /** When its code ends: what is not fetched by then never is. `fetched` moves it. */
  readonly endsAt: EpochSeconds
}

/**
 * Whether the person who decides is still signed in, as this transaction sees it. Whoever closes an account ends its sessions
 * first and its grants afterwards: either the decision sees that, or the closing sees the grant.
 */
export type StillSignedIn = (db: QueryExecutorProvider) => Promise<boolean>

/** Stores a grant, in the transaction that decides it. */
export async function insertGrant(
  db: Kysely<OAuthTables>,
  grant: NewGrant,
  now: EpochSeconds,
): Promise<void> {
  await db
    .insertInto('tapedeck_oauth_grants')
    .values({
      grant_id: grant.grantId,
      client_id: grant.clientId,
      user_id: storePersonId(grant.userId),
      person: storePerson(grant.person),
      scopes: storeGrantedScopes(grant.scopes),
      resource: grant.resource,
      created_at: now,
      ended_at: null,
      refresh_ends_at: grant.refreshEndsAt,
      ends_at: grant.endsAt,
    })
    .execute()
}

/** What a token check has to know of a grant that has not ended. */
export type LiveGrant = {
  readonly clientId: ClientId
  readonly userId: PersonId
  /** The person as they were when they approved it or signed in since. */
  readonly person: JsonObject
  readonly resource: string | null
  readonly lastUsedAt: EpochSeconds | null
  /** What is left of it, once something was taken back; null while its tokens may do what they say. */
  readonly narrowedTo: GrantedScopes | null
  /** What the audit trail says of the app behind it. */
  readonly app: AppGrant
}

/** A grant that was ended just now. */
export type EndedGrant = { readonly grantId: GrantId; readonly clientId: ClientId }

type Db = Kysely<OAuthTables>

const FIND_LIVE = new Statement((db: Db, { grantId }: { readonly grantId: GrantId }) =>
  db
    .selectFrom('tapedeck_oauth_grants as grant')
    .innerJoin('tapedeck_oauth_clients as client', 'client.client_id', 'grant.client_id')
    .select(['grant.client_id', 'grant.user_id', 'grant.person', 'grant.resource', 'grant.last_used_at'])
    .select(['grant.scopes', 'grant.narrowed_at', 'client.client_name'])
    .where('grant.grant_id', '=', grantId)
    .where('grant.ended_at', 'is', null),
)

type Fetched = { readonly grantId: GrantId; readonly endsAt: EpochSeconds | null }

const FETCHED = new Statement((db: Db, { endsAt, grantId }: Fetched) =>
  db.updateTable('tapedeck_oauth_grants').set({ ends_at: endsAt }).where('grant_id', '=', grantId),
)

/** What people gave to clients, for as long as it lasts. */
export class GrantStore {
  readonly #db: Db
  readonly #changes: GrantChanges

  constructor(db: Db, changes: GrantChanges) {
    this.#db = db
    this.#changes = changes
  }

  /** What a token check has to know of a grant that has not ended; null for any other. Two look-ups by key in one statement. */
  async findLive(grantId: GrantId): Promise<LiveGrant | null> {
    const row = await FIND_LIVE.first(this.#db, { grantId })
    if (row === null) return null
    return {
      clientId: row.client_id,
      userId: loadPersonId(row.user_id),
      person: loadPerson(row.person),
      resource: row.resource,
      lastUsedAt: row.last_used_at,
      narrowedTo: row.narrowed_at === null ? null : loadGrantedScopes(row.scopes),
      app: { id: grantId, client: { id: row.client_id, name: row.client_name } },
    }
  }

  /** Brings what is known of a person up to date in all grants of theirs that last. */
  async refreshPerson(userId: PersonId, person: Actor, now: EpochSeconds): Promise<void> {
    const known = storePerson(person)
    await this.#changes.make(async (trx) => {
      const changed = await trx
        .updateTable('tapedeck_oauth_grants')
        .set({ person: known })
        .where('user_id', '=', storePersonId(userId))
        .where(grantLasts('tapedeck_oauth_grants', now))
        .where('person', '<>', known)
        .executeTakeFirst()
      return changed.numUpdatedRows
    })
  }

  /** Notes until when the tokens last that were fetched just now, in the transaction that issues them; null for until it is ended. Where a refresh token is among them, `RefreshTokenStore.start` notes it. */
  async fetched(grantId: GrantId, endsAt: EpochSeconds | null, trx: Transaction<OAuthTables>): Promise<void> {
    await FETCHED.run(trx, { grantId, endsAt })
  }

  /** Ends a grant: its tokens are refused from now on, and its codes cannot be redeemed. False when it had ended before. */
  async end(grantId: GrantId, now: EpochSeconds): Promise<boolean> {
    return this.#changes.make(async (trx) => {
      const ended = await trx
        .updateTable('tapedeck_oauth_grants')
        .set({ ended_at: now })
        .where('grant_id', '=', grantId)
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return ended.numUpdatedRows
    })
  }

  /**
   * Takes back a part of what a grant gives: at the next request its tokens may do what is left, those that are out already too.
   * False when it has ended, or gives something else than `from` by now: of simultaneous calls one is first.
   */
  async narrow(
    grantId: GrantId,
    from: GrantedScopes,
    to: GrantedScopes,
    now: EpochSeconds,
  ): Promise<boolean> {
    return this.#changes.make(async (trx) => {
      const narrowed = await trx
        .updateTable('tapedeck_oauth_grants')
        .set({ scopes: storeGrantedScopes(to), narrowed_at: now })
        .where('grant_id', '=', grantId)
        .where('scopes', '=', storeGrantedScopes(from))
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return narrowed.numUpdatedRows
    })
  }

  /** Ends every grant of a person. */
  async endAllOf(userId: PersonId, now: EpochSeconds): Promise<void> {
    await this.#changes.make(async (trx) => {
      const ended = await trx
        .updateTable('tapedeck_oauth_grants')
        .set({ ended_at: now })
        .where('user_id', '=', storePersonId(userId))
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return ended.numUpdatedRows
    })
  }

  /** Ends these grants; gives those that had not ended before. */
  async endMany(grantIds: readonly GrantId[], now: EpochSeconds): Promise<readonly EndedGrant[]> {
    if (grantIds.length === 0) return []
    let ended: readonly EndedGrant[] = []
    await this.#changes.make(async (trx) => {
      const rows = await trx
        .updateTable('tapedeck_oauth_grants')
        .set({ ended_at: now })
        .where('grant_id', 'in', grantIds)
        .where('ended_at', 'is', null)
        .returning(['grant_id', 'client_id'])
        .execute()
      ended = rows.map((row) => ({ grantId: row.grant_id, clientId: row.client_id }))
      return BigInt(rows.length)
    })
    return ended
  }
}
