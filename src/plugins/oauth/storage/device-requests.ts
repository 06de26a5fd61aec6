import { sql, type Kysely } from 'kysely'
import { loadPersonId, storePersonId, type Actor, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import {
  ABANDONED_AFTER_SECONDS,
  DEVICE_CODE_TTL_SECONDS,
  MAX_INTERVAL_SECONDS,
  PENDING_LIMITS,
  POLL_INTERVAL_SECONDS,
  POLL_TOLERANCE_SECONDS,
  SLOW_DOWN_SECONDS,
  type DeviceAsk,
  type DeviceOrigin,
  type DeviceRequest,
} from '../protocol/device-request.ts'
import type { PolledRequest } from '../protocol/grants/device-code.ts'
import type { ClientId, GrantId, SecretHash, UserCodeHash } from '../protocol/ids.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { loadScopeRequest, storeScopeRequest } from '../protocol/scope-schema.ts'
import { GRANT_COLUMNS, grantLives, toGrant } from './grant-rows.ts'
import { insertGrant, type StillSignedIn } from './grants.ts'
import type { OAuthTables } from './tables.ts'

/** A request that is about to be stored. */
export type NewDeviceRequest = DeviceAsk &
  DeviceOrigin & {
    readonly deviceCodeHash: SecretHash
    readonly userCodeHash: UserCodeHash
    readonly clientId: ClientId
    /** What the limits count by. */
    readonly network: string
    readonly siteNetwork: string
  }

export type CreateOutcome =
  | { readonly kind: 'created' }
  /** Another request has this user code; a new one is needed. */
  | { readonly kind: 'code-taken' }
  /** The client was deleted while it asked. */
  | { readonly kind: 'client-gone' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** An approval: whose, for what, and how long the token will last. */
export type DeviceApproval = {
  readonly grantId: GrantId
  readonly personId: PersonId
  /** The person as their session describes them. */
  readonly person: Actor
  readonly scopes: GrantedScopes
  readonly ttlSeconds: number
  /** When refreshing ends at the latest; null for a grant that is not refreshed. */
  readonly refreshEndsAt: EpochSeconds | null
}

/** `already-decided`: it waits no longer. `signed-out`: the session ended while the decision was on its way. Nothing was granted. */
export type DeviceApprovalOutcome = 'recorded' | 'already-decided' | 'signed-out'

/** Requests of devices. Every change of state is one statement on a row that is still in the state before. */
export class DeviceRequestStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Stores a request, unless too many wait already. What was abandoned gives way first. */
  async create(request: NewDeviceRequest, now: EpochSeconds): Promise<CreateOutcome> {
    if (await this.#insert(request, now)) return { kind: 'created' }
    if ((await this.find([request.userCodeHash])) !== null) return { kind: 'code-taken' }
    if (!(await this.#clientExists(request.clientId))) return { kind: 'client-gone' }
    const dropped = await this.#dropAbandoned(now)
    if (dropped && (await this.#insert(request, now))) return { kind: 'created' }
    return { kind: 'too-many', retryAfterSeconds: await this.#retryAfter(request, now) }
  }

  /** One statement counts and inserts. */
  async #insert(request: NewDeviceRequest, now: EpochSeconds): Promise<boolean> {
    const { network, siteNetwork } = request
    const waiting = sql`(select count(*) from tapedeck_oauth_device_requests
      where status = 'pending' and expires_at > ${now}`
    const added = await this.#db
      .insertInto('tapedeck_oauth_device_requests')
      .columns([
        'device_code_hash',
        'user_code_hash',
        'client_id',
        'scope',
        'resource',
        'asks_refresh',
        'address',
        'network',
        'site_network',
        'user_agent',
        'requested_at',
        'expires_at',
        'status',
        'interval_seconds',
      ])
      .expression(
        sql`select ${request.deviceCodeHash}, ${request.userCodeHash}, ${request.clientId},
            ${storeScopeRequest(request.scope)}, cast(${request.resource} as text),
            cast(${request.asksRefresh ? 1 : 0} as bigint), ${request.address}, ${network}, ${siteNetwork},
            cast(${request.userAgent} as text), cast(${now} as bigint),
            cast(${now + DEVICE_CODE_TTL_SECONDS} as bigint), 'pending', cast(${POLL_INTERVAL_SECONDS} as bigint)
          where exists (select 1 from tapedeck_oauth_clients where client_id = ${request.clientId})
            and ${waiting} and network = ${network}) < cast(${PENDING_LIMITS.perNetwork} as bigint)
            and ${waiting} and site_network = ${siteNetwork}) < cast(${PENDING_LIMITS.perSite} as bigint)
            and ${waiting}) < cast(${PENDING_LIMITS.inTotal} as bigint)`,
      )
      .onConflict((conflict) => conflict.column('user_code_hash').doNothing())
      .executeTakeFirst()
    return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  async #clientExists(clientId: ClientId): Promise<boolean> {
    const client = await this.#db
      .selectFrom('tapedeck_oauth_clients')
      .select('client_id')
      .where('client_id', '=', clientId)
      .executeTakeFirst()
    return client !== undefined
  }

  /** Removes waiting requests that nobody has opened and whose device no longer asks. False when there were none. */
  async #dropAbandoned(now: EpochSeconds): Promise<boolean> {
    const dropped = await this.#db
      .deleteFrom('tapedeck_oauth_device_requests')
      .where('status', '=', 'pending')
      .where('claimed_by', 'is', null)
      .where(sql<number>`coalesce(last_polled_at, requested_at)`, '<=', now - ABANDONED_AFTER_SECONDS)
      .executeTakeFirst()
    return dropped.numDeletedRows > 0n
  }

  /** Seconds until a request that fills a limit expires, or may be given up. */
  async #retryAfter({ network, siteNetwork }: NewDeviceRequest, now: EpochSeconds): Promise<number> {
    const waiting = this.#db
      .selectFrom('tapedeck_oauth_device_requests')
      .select(({ fn }) => [fn.countAll<number>().as('requests'), fn.min('expires_at').as('next_end')])
      .where('status', '=', 'pending')
      .where('expires_at', '>', now)
    for (const [ofLimit, limit] of [
      [waiting.where('network', '=', network), PENDING_LIMITS.perNetwork],
      [waiting.where('site_network', '=', siteNetwork), PENDING_LIMITS.perSite],
      [waiting, PENDING_LIMITS.inTotal],
    ] as const) {
      const { requests, next_end: nextEnd } = await ofLimit.executeTakeFirstOrThrow()
      if (requests < limit || nextEnd === null) continue
      return Math.min(Math.max(1, nextEnd - now), ABANDONED_AFTER_SECONDS)
    }
    return 1
  }

  /** Gives a waiting request that nobody has opened to this person, for good: of any number of people at once the UPDATE decides for one. */
  async claim(userCodeHashes: readonly UserCodeHash[], personId: PersonId, now: EpochSeconds): Promise<void> {
    await this.#db
      .updateTable('tapedeck_oauth_device_requests')
      .set({ claimed_by: storePersonId(personId) })
      .where('user_code_hash', 'in', userCodeHashes)
      .where('status', '=', 'pending')
      .where('expires_at', '>', now)
      .where('claimed_by', 'is', null)
      .execute()
  }

  /** The request of this user code, however it stands, or null. */
  async find(userCodeHashes: readonly UserCodeHash[]): Promise<DeviceRequest | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_device_requests')
      .selectAll()
      .where('user_code_hash', 'in', userCodeHashes)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      clientId: row.client_id,
      scope: loadScopeRequest(row.scope),
      resource: row.resource,
      asksRefresh: row.asks_refresh === 1,
      address: row.address,
      userAgent: row.user_agent,
      requestedAt: row.requested_at,
      expiresAt: row.expires_at,
      isPending: row.status === 'pending',
      claimedBy: row.claimed_by === null ? null : loadPersonId(row.claimed_by),
    }
  }

  /** Approves a waiting request of this person's and stores the grant: both or neither. */
  async approve(
    userCodeHashes: readonly UserCodeHash[],
    approval: DeviceApproval,
    now: EpochSeconds,
    isStillSignedIn: StillSignedIn,
  ): Promise<DeviceApprovalOutcome> {
    const { grantId, personId, person, scopes, ttlSeconds, refreshEndsAt } = approval
    return this.#db.transaction().execute(async (trx) => {
      if (!(await isStillSignedIn(trx))) return 'signed-out'
      const approved = await decide(trx, userCodeHashes, personId, now, {
        status: 'approved',
        grant_id: grantId,
        token_ttl_seconds: ttlSeconds,
      })
      if (approved === null) return 'already-decided'
      const { client_id: clientId, resource, expires_at: endsAt } = approved
      await insertGrant(
        trx,
        { grantId, clientId, userId: personId, person, scopes, resource, refreshEndsAt, endsAt },
        now,
      )
      return 'recorded'
    })
  }

  /** Turns a waiting request of this person's down. False when it waits no longer. */
  async deny(
    userCodeHashes: readonly UserCodeHash[],
    personId: PersonId,
    now: EpochSeconds,
  ): Promise<boolean> {
    return (await decide(this.#db, userCodeHashes, personId, now, { status: 'denied' })) !== null
  }

  /** The request of a device code, with the grant of an approved one; null when nothing is known of it. */
  async findPolled(deviceCodeHash: SecretHash): Promise<PolledRequest | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_device_requests as request')
      .leftJoin('tapedeck_oauth_grants as grant', 'grant.grant_id', 'request.grant_id')
      .select(['request.client_id', 'request.expires_at', 'request.status', 'request.token_ttl_seconds'])
      .select(GRANT_COLUMNS)
      .where('request.device_code_hash', '=', deviceCodeHash)
      .executeTakeFirst()
    if (row === undefined) return null
    const request = { clientId: row.client_id, expiresAt: row.expires_at }
    if (row.status !== 'approved') return { ...request, state: { kind: row.status } }

    const { grant_id, user_id, scopes, resource, ended_at, refresh_ends_at } = row
    const { token_ttl_seconds: ttlSeconds } = row
    // Who deletes a grant deletes, in one transaction, what waits for it.
    if (grant_id === null || user_id === null || scopes === null || ttlSeconds === null) {
      throw new Error('an approved device request must have its grant and its lifetime')
    }
    const grant = toGrant({ grant_id, user_id, scopes, resource, ended_at, refresh_ends_at })
    return { ...request, state: { kind: 'approved', grant, ttlSeconds } }
  }

  /** Notes a poll of a waiting request. False when it came clearly too soon; the device has to wait longer each time then (RFC 8628 §3.5). */
  async recordPoll(deviceCodeHash: SecretHash, now: EpochSeconds, db = this.#db): Promise<boolean> {
    const waiting = db
      .updateTable('tapedeck_oauth_device_requests')
      .where('device_code_hash', '=', deviceCodeHash)
      .where('status', '=', 'pending')
    const polite = await waiting
      .set({ last_polled_at: now })
      .where((where) =>
        where.or([
          where('last_polled_at', 'is', null),
          where(
            sql<number>`cast(${now} as bigint) - last_polled_at`,
            '>=',
            sql<number>`interval_seconds - cast(${POLL_TOLERANCE_SECONDS} as bigint)`,
          ),
        ]),
      )
      .executeTakeFirst()
    if (polite.numUpdatedRows > 0n) return true
    const hasty = await waiting
      .set({
        last_polled_at: now,
        interval_seconds: sql`case when interval_seconds >= cast(${MAX_INTERVAL_SECONDS} as bigint)
          then interval_seconds else interval_seconds + cast(${SLOW_DOWN_SECONDS} as bigint) end`,
      })
      .executeTakeFirst()
    // Neither: it was decided just now, and the next poll will see it.
    return hasty.numUpdatedRows === 0n
  }

  /** Spends an approved request. Of any number of simultaneous calls, in any number of processes, one gets true: the UPDATE decides. */
  async redeem(deviceCodeHash: SecretHash, now: EpochSeconds, db = this.#db): Promise<boolean> {
    const won = await db
      .updateTable('tapedeck_oauth_device_requests')
      .set({ status: 'used' })
      .where('device_code_hash', '=', deviceCodeHash)
      .where('status', '=', 'approved')
      .where('expires_at', '>', now)
      .where(grantLives('tapedeck_oauth_device_requests.grant_id'))
      .executeTakeFirst()
    return won.numUpdatedRows > 0n
  }
}

/** The one statement of every decision: on a row that waits, is not too old, and was opened by this person. */
async function decide(
  db: Kysely<OAuthTables>,
  userCodeHashes: readonly UserCodeHash[],
  personId: PersonId,
  now: EpochSeconds,
  decision:
    | { readonly status: 'denied' }
    | { readonly status: 'approved'; readonly grant_id: GrantId; readonly token_ttl_seconds: number },
) {
  const decided = await db
    .updateTable('tapedeck_oauth_device_requests')
    .set(decision)
    .where('user_code_hash', 'in', userCodeHashes)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .where('claimed_by', '=', storePersonId(personId))
    .returning(['client_id', 'resource', 'expires_at'])
    .executeTakeFirst()
  return decided ?? null
}
