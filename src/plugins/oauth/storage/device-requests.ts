import { sql, type Kysely } from 'kysely'
import { networkOf, type Actor, type EpochSeconds } from '../../../plugin.ts'
import {
  DEVICE_CODE_TTL_SECONDS,
  POLL_INTERVAL_SECONDS,
  type DeviceAsk,
  type DeviceOrigin,
  type OpenedRequest,
  type PolledRequest,
} from '../protocol/device-request.ts'
import type { ClientId, DeviceRequestId, GrantId, SecretHash, UserCodeHash } from '../protocol/ids.ts'
import { loadPersonId, storePersonId, type PersonId } from '../protocol/person-id.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { loadGrantedScopes, loadScopeRequest, storeScopeRequest } from '../protocol/scope-schema.ts'
import { insertGrant } from './grants.ts'
import type { OAuthTables } from './tables.ts'

/** A request that is about to be stored. */
export type NewDeviceRequest = DeviceAsk &
  DeviceOrigin & {
    readonly requestId: DeviceRequestId
    readonly deviceCodeHash: SecretHash
    readonly userCodeHash: UserCodeHash
    readonly clientId: ClientId
  }

export type CreateOutcome =
  | { readonly kind: 'created' }
  /** Another request has this user code; a new one is needed. */
  | { readonly kind: 'code-taken' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

/** What somebody finds who opens a user code. */
export type OpenOutcome =
  | { readonly kind: 'opened'; readonly request: OpenedRequest }
  | { readonly kind: 'unknown' }
  /** Somebody else opened it first, and it is theirs. */
  | { readonly kind: 'claimed' }
  | { readonly kind: 'decided' }
  | { readonly kind: 'expired' }

/** An approval: whose, for what, and how long the token will last. */
export type DeviceApproval = {
  readonly grantId: GrantId
  readonly personId: PersonId
  /** The person as their session describes them. */
  readonly person: Actor
  readonly scopes: GrantedScopes
  readonly ttlSeconds: number
}

/** Most requests of one network that wait for a decision at a time: an IPv4 address, or the /64 of an IPv6 address. */
const MAX_PENDING_OF_NETWORK = 20

/** Most requests that wait for a decision at a time. Anybody may make one, and each is a row. */
const MAX_PENDING = 5000

/** Requests of devices. Every change of state is one statement on a row that is still in the state before. */
export class DeviceRequestStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Stores a request, unless too many wait already. One statement counts and inserts. */
  async create(request: NewDeviceRequest, now: EpochSeconds): Promise<CreateOutcome> {
    const network = countedNetwork(request.address)
    const waiting = sql`tapedeck_oauth_device_requests where status = 'pending' and expires_at > ${now}`
    const added = await this.#db
      .insertInto('tapedeck_oauth_device_requests')
      .columns([
        'request_id',
        'device_code_hash',
        'user_code_hash',
        'client_id',
        'scope',
        'resource',
        'address',
        'network',
        'user_agent',
        'requested_at',
        'expires_at',
        'status',
        'interval_seconds',
      ])
      .expression(
        sql`select ${request.requestId}, ${request.deviceCodeHash}, ${request.userCodeHash}, ${request.clientId},
            ${storeScopeRequest(request.scope)}, cast(${request.resource} as text), ${request.address}, ${network},
            cast(${request.userAgent} as text), cast(${now} as bigint),
            cast(${now + DEVICE_CODE_TTL_SECONDS} as bigint), 'pending', cast(${POLL_INTERVAL_SECONDS} as bigint)
          where (select count(*) from ${waiting} and network = ${network})
              < cast(${MAX_PENDING_OF_NETWORK} as bigint)
            and (select count(*) from ${waiting}) < cast(${MAX_PENDING} as bigint)`,
      )
      .onConflict((conflict) => conflict.column('user_code_hash').doNothing())
      .executeTakeFirst()
    if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: 'created' }
    const taken = await this.#db
      .selectFrom('tapedeck_oauth_device_requests')
      .select('request_id')
      .where('user_code_hash', '=', request.userCodeHash)
      .executeTakeFirst()
    if (taken !== undefined) return { kind: 'code-taken' }
    return { kind: 'too-many', retryAfterSeconds: await this.#retryAfter(network, now) }
  }

  /** Seconds until the oldest request that fills the limit expires. */
  async #retryAfter(network: string, now: EpochSeconds): Promise<number> {
    const waiting = this.#db
      .selectFrom('tapedeck_oauth_device_requests')
      .select(({ fn }) => [fn.countAll<number>().as('requests'), fn.min('expires_at').as('next_end')])
      .where('status', '=', 'pending')
      .where('expires_at', '>', now)
    const ofNetwork = await waiting.where('network', '=', network).executeTakeFirstOrThrow()
    const isNetworkFull = ofNetwork.requests >= MAX_PENDING_OF_NETWORK
    const full = isNetworkFull ? ofNetwork : await waiting.executeTakeFirstOrThrow()
    return Math.max(1, (full.next_end ?? now) - now)
  }

  /** Opens a user code for a person. Who opens a waiting request first has it for good: the UPDATE decides. */
  async open(userCodeHash: UserCodeHash, personId: PersonId, now: EpochSeconds): Promise<OpenOutcome> {
    const claimer = storePersonId(personId)
    await this.#db
      .updateTable('tapedeck_oauth_device_requests')
      .set({ claimed_by: claimer })
      .where('user_code_hash', '=', userCodeHash)
      .where('status', '=', 'pending')
      .where('expires_at', '>', now)
      .where('claimed_by', 'is', null)
      .execute()
    const row = await this.#db
      .selectFrom('tapedeck_oauth_device_requests')
      .selectAll()
      .where('user_code_hash', '=', userCodeHash)
      .executeTakeFirst()
    if (row === undefined) return { kind: 'unknown' }
    if (row.claimed_by !== null && row.claimed_by !== claimer) return { kind: 'claimed' }
    if (row.status !== 'pending') return { kind: 'decided' }
    if (row.expires_at <= now) return { kind: 'expired' }
    return {
      kind: 'opened',
      request: {
        requestId: row.request_id,
        clientId: row.client_id,
        scope: loadScopeRequest(row.scope),
        resource: row.resource,
        address: row.address,
        userAgent: row.user_agent,
        requestedAt: row.requested_at,
        expiresAt: row.expires_at,
      },
    }
  }

  /** Approves a waiting request of this person's and stores the grant: both or neither. False when it waits no longer. */
  async approve(requestId: DeviceRequestId, approval: DeviceApproval, now: EpochSeconds): Promise<boolean> {
    const { grantId, personId, person, scopes, ttlSeconds } = approval
    return this.#db.transaction().execute(async (trx) => {
      const approved = await decide(trx, requestId, personId, now, {
        status: 'approved',
        grant_id: grantId,
        token_ttl_seconds: ttlSeconds,
      })
      if (approved === null) return false
      const { client_id: clientId, resource } = approved
      await insertGrant(trx, { grantId, clientId, userId: personId, person, scopes, resource }, now)
      return true
    })
  }

  /** Turns a waiting request of this person's down. False when it waits no longer. */
  async deny(requestId: DeviceRequestId, personId: PersonId, now: EpochSeconds): Promise<boolean> {
    return (await decide(this.#db, requestId, personId, now, { status: 'denied' })) !== null
  }

  /** The request of a device code, with the grant of an approved one; null when nothing is known of it. */
  async findPolled(deviceCodeHash: SecretHash): Promise<PolledRequest | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_device_requests as request')
      .leftJoin('tapedeck_oauth_grants as grant', 'grant.grant_id', 'request.grant_id')
      .select(['request.request_id', 'request.client_id', 'request.expires_at', 'request.status'])
      .select(['request.token_ttl_seconds'])
      .select(['grant.grant_id', 'grant.user_id', 'grant.scopes', 'grant.resource', 'grant.ended_at'])
      .where('request.device_code_hash', '=', deviceCodeHash)
      .executeTakeFirst()
    if (row === undefined) return null
    const request = { requestId: row.request_id, clientId: row.client_id, expiresAt: row.expires_at }
    if (row.status !== 'approved') return { ...request, state: { kind: row.status } }
    // An approved request whose grant is gone is as good as spent.
    if (
      row.grant_id === null ||
      row.user_id === null ||
      row.scopes === null ||
      row.token_ttl_seconds === null
    ) {
      return { ...request, state: { kind: 'used' } }
    }
    const grant = {
      grantId: row.grant_id,
      userId: loadPersonId(row.user_id),
      scopes: loadGrantedScopes(row.scopes),
      resource: row.resource,
      endedAt: row.ended_at,
    }
    return { ...request, state: { kind: 'approved', grant, ttlSeconds: row.token_ttl_seconds } }
  }

  /**
   * Notes a poll of a waiting request. False when it came clearly too soon, and then the device has to wait 5 seconds
   * longer each time (RFC 8628 §3.5). Clocks count whole seconds and answers take time on their way: a second less than
   * the interval is no haste.
   */
  async recordPoll(requestId: DeviceRequestId, now: EpochSeconds): Promise<boolean> {
    const waiting = this.#db
      .updateTable('tapedeck_oauth_device_requests')
      .where('request_id', '=', requestId)
      .where('status', '=', 'pending')
    const polite = await waiting
      .set({ last_polled_at: now })
      .where((where) =>
        where.or([
          where('last_polled_at', 'is', null),
          where(
            sql<number>`cast(${now} as bigint) - last_polled_at`,
            '>=',
            sql<number>`interval_seconds - 1`,
          ),
        ]),
      )
      .executeTakeFirst()
    if (polite.numUpdatedRows > 0n) return true
    const hasty = await waiting
      .set({ last_polled_at: now, interval_seconds: sql`interval_seconds + ${POLL_INTERVAL_SECONDS}` })
      .executeTakeFirst()
    // Neither: it was decided just now, and the next poll will see it.
    return hasty.numUpdatedRows === 0n
  }

  /** Spends an approved request. Of any number of simultaneous calls, in any number of processes, one gets true: the UPDATE decides. */
  async redeem(requestId: DeviceRequestId, now: EpochSeconds): Promise<boolean> {
    const won = await this.#db
      .updateTable('tapedeck_oauth_device_requests')
      .set({ status: 'used' })
      .where('request_id', '=', requestId)
      .where('status', '=', 'approved')
      .where('expires_at', '>', now)
      .where((where) =>
        where.exists(
          where
            .selectFrom('tapedeck_oauth_grants')
            .select('tapedeck_oauth_grants.grant_id')
            .whereRef('tapedeck_oauth_grants.grant_id', '=', 'tapedeck_oauth_device_requests.grant_id')
            .where('tapedeck_oauth_grants.ended_at', 'is', null),
        ),
      )
      .executeTakeFirst()
    return won.numUpdatedRows > 0n
  }
}

/** What limits of pending requests and of wrong codes count by. */
export function countedNetwork(address: string): string {
  return networkOf(address, 32, 64)
}

/** The one statement of every decision: on a row that waits, is not too old, and was opened by this person. */
async function decide(
  db: Kysely<OAuthTables>,
  requestId: DeviceRequestId,
  personId: PersonId,
  now: EpochSeconds,
  decision:
    | { readonly status: 'denied' }
    | { readonly status: 'approved'; readonly grant_id: GrantId; readonly token_ttl_seconds: number },
) {
  const decided = await db
    .updateTable('tapedeck_oauth_device_requests')
    .set(decision)
    .where('request_id', '=', requestId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .where('claimed_by', '=', storePersonId(personId))
    .returning(['client_id', 'resource'])
    .executeTakeFirst()
  return decided ?? null
}
