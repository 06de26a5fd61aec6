import { sql, type Kysely, type Selectable, type SelectQueryBuilder } from 'kysely'
import { loadPersonId, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import type { Client } from '../protocol/client.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import { loadGrantedScopes } from '../protocol/scope-schema.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { clientsCalled } from './clients-called.ts'
import { toClient } from './clients.ts'
import { grantLasts } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

/** A grant that lives, with its app, as a page shows it. */
export type ListedGrant = {
  readonly grantId: GrantId
  readonly userId: PersonId
  readonly client: Client
  readonly scopes: GrantedScopes
  /** The part of the server that it is for; null for all of it. */
  readonly resource: string | null
  readonly createdAt: EpochSeconds
  /** When a part of it was taken back last. */
  readonly narrowedAt: EpochSeconds | null
  readonly lastUse: { readonly at: EpochSeconds; readonly address: string } | null
  /** When it ends by itself, at the latest. */
  readonly endsAt: EpochSeconds | null
  /** Whether the app has not fetched a token yet; then it ends with what it could fetch one for. */
  readonly isPending: boolean
  /** How many more this person has given to this app. */
  readonly others: number
}

/** Which grants are looked for; null means any. */
export type GrantFilter = {
  /** Of this person alone. */
  readonly owner: PersonId | null
  /** The id of a person as text, whatever its JSON type. */
  readonly actor: string | null
  /** The id of a client, or a part of its name in any case. */
  readonly client: string | null
}

/** Everybody's. */
export const ALL_GRANTS: GrantFilter = { owner: null, actor: null, client: null }

/** A place in the list: what comes after it, on the next page, is older. */
export type GrantPlace = { readonly createdAt: EpochSeconds; readonly grantId: string }

/** Grants, newest first. `next` is null on the last page. */
export type GrantPage = { readonly grants: readonly ListedGrant[]; readonly next: GrantPlace | null }

/** Grants on a page. */
export const GRANT_PAGE_SIZE = 50

/** Most of the newest grants that are looked at for those of them that last. */
const MAX_EXAMINED = 1000

const grantsOf = (db: Kysely<OAuthTables>) => db.selectFrom('tapedeck_oauth_grants as grant')

/** The part of a list that comes after a place. */
function partAfter<O>(
  list: SelectQueryBuilder<OAuthTables & { grant: OAuthTables['tapedeck_oauth_grants'] }, 'grant', O>,
  after: GrantPlace | null,
) {
  if (after === null) return list
  return list
    .where('grant.created_at', '<=', after.createdAt)
    .where((where) =>
      where.or([
        where('grant.created_at', '<', after.createdAt),
        where(sql<string>`grant_id`, '<', after.grantId),
      ]),
    )
}

/** Reads grants that live: those that have not ended, neither by anybody nor by their time. */
export class GrantList {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** A page of them, newest first. `after` is where the page before ended; null for the first. */
  async page(filter: GrantFilter, after: GrantPlace | null, now: EpochSeconds): Promise<GrantPage> {
    const clientIds = filter.client === null ? null : await clientsCalled(this.#db, filter.client)
    if (clientIds !== null && clientIds.length === 0) return { grants: [], next: null }

    const isEverybodys = filter.owner === null && filter.actor === null && clientIds === null
    const recent = isEverybodys ? await this.#among(after, now) : []
    const found =
      recent.length > GRANT_PAGE_SIZE
        ? recent
        : await partAfter(this.#newest(filter, clientIds, now), after)
            .limit(GRANT_PAGE_SIZE + 1)
            .execute()
    if (found.length === 0) return { grants: [], next: null }
    // What is told of each is looked up for those on the page alone, and not for all that are sorted.
    const wanted = found.map((row) => row.grant_id)
    const rows = await this.#listed(grantsOf(this.#db).where('grant.grant_id', 'in', wanted), now)
      .orderBy('grant.created_at', 'desc')
      .orderBy('grant.grant_id', 'desc')
      .execute()
    const grants = rows.slice(0, GRANT_PAGE_SIZE).map(toListedGrant)
    return { grants, next: rows.length > GRANT_PAGE_SIZE ? (grants.at(-1) ?? null) : null }
  }

  /** One of them; null for one that has ended, never was, or does not meet the filter. */
  async find(grantId: GrantId, owner: PersonId | null, now: EpochSeconds): Promise<ListedGrant | null> {
    const wanted = this.#live({ ...ALL_GRANTS, owner }, null, now).where('grant.grant_id', '=', grantId)
    const row = await this.#listed(wanted, now).executeTakeFirst()
    return row === undefined ? null : toListedGrant(row)
  }

  /** How many meet the filter. */
  async count(filter: GrantFilter, now: EpochSeconds): Promise<number> {
    const clientIds = filter.client === null ? null : await clientsCalled(this.#db, filter.client)
    if (clientIds !== null && clientIds.length === 0) return 0
    const { grants } = await this.#live(filter, clientIds, now)
      .select(({ fn }) => fn.countAll<number>().as('grants'))
      .executeTakeFirstOrThrow()
    return grants
  }

  /** The newest that meet the filter, `limit` at most. */
  async newest(filter: GrantFilter, limit: number, now: EpochSeconds): Promise<readonly GrantId[]> {
    const clientIds = filter.client === null ? null : await clientsCalled(this.#db, filter.client)
    if (clientIds !== null && clientIds.length === 0) return []
    const rows = await this.#newest(filter, clientIds, now).limit(limit).execute()
    return rows.map((row) => row.grant_id)
  }

  /** Those of the newest that last: more than a page of them where most grants do, whoever's they are. */
  async #among(after: GrantPlace | null, now: EpochSeconds) {
    const newest = grantsOf(this.#db)
      .select(['grant.grant_id', 'grant.created_at', 'grant.ended_at', 'grant.ends_at'])
      .where('grant.ended_at', 'is', null)
      .orderBy('grant.created_at', 'desc')
      .orderBy('grant.grant_id', 'desc')
    return this.#db
      .selectFrom(partAfter(newest, after).limit(MAX_EXAMINED).as('grant'))
      .select('grant.grant_id')
      .where(grantLasts('grant', now))
      .limit(GRANT_PAGE_SIZE + 1)
      .execute()
  }

  /** Newest first. They are found by when they end and then sorted: the plus sign keeps SQLite from walking past those that are over. */
  #newest(filter: GrantFilter, clientIds: readonly ClientId[] | null, now: EpochSeconds) {
    return this.#live(filter, clientIds, now)
      .select('grant.grant_id')
      .orderBy(sql`+${sql.ref('grant.created_at')}`, 'desc')
      .orderBy('grant.grant_id', 'desc')
  }

  #listed(grants: ReturnType<typeof grantsOf>, now: EpochSeconds) {
    return grants
      .innerJoin('tapedeck_oauth_clients as client', 'client.client_id', 'grant.client_id')
      .select([
        sql<number>`(select count(*) from tapedeck_oauth_grants as sibling
          where sibling.user_id = ${sql.ref('grant.user_id')} and sibling.client_id = ${sql.ref('grant.client_id')}
            and ${grantLasts('sibling', now)})`.as('siblings'),
        sql<number>`case when exists (select 1 from tapedeck_oauth_codes as code
            where code.grant_id = ${sql.ref('grant.grant_id')} and code.used_at is null)
          or exists (select 1 from tapedeck_oauth_device_requests as request
            where request.status = 'approved' and request.expires_at > ${now}
              and request.grant_id = ${sql.ref('grant.grant_id')})
          then 1 else 0 end`.as('pending'),
      ])
      .select([
        'grant.grant_id',
        'grant.user_id',
        'grant.scopes',
        'grant.resource',
        'grant.created_at',
        'grant.narrowed_at',
        'grant.last_used_at',
        'grant.last_used_address',
        'grant.ends_at',
        'client.client_id',
        'client.client_name',
        'client.client_type',
        'client.redirect_uris',
        'client.created_by',
        'client.created_at as client_created_at',
      ])
  }

  #live({ owner, actor }: GrantFilter, clientIds: readonly ClientId[] | null, now: EpochSeconds) {
    let grants = grantsOf(this.#db).where(grantLasts('grant', now))
    if (owner !== null) grants = grants.where('grant.user_id', '=', storePersonId(owner))
    if (clientIds !== null) grants = grants.where('grant.client_id', 'in', clientIds)
    if (actor !== null) grants = grants.where('grant.user_id', 'in', storedFormsOf(actor))
    return grants
  }
}

/** Whoever looks for 42 need not know whether it is a number or text. */
export function storedFormsOf(personId: string): readonly string[] {
  const isNumber = String(Number(personId)) === personId
  return [storePersonId(personId), ...(isNumber ? [personId] : [])]
}

type Row = Pick<
  Selectable<OAuthTables['tapedeck_oauth_grants']>,
  | 'grant_id'
  | 'user_id'
  | 'scopes'
  | 'resource'
  | 'created_at'
  | 'narrowed_at'
  | 'last_used_at'
  | 'last_used_address'
  | 'ends_at'
> &
  Pick<
    Selectable<OAuthTables['tapedeck_oauth_clients']>,
    'client_id' | 'client_name' | 'client_type' | 'redirect_uris' | 'created_by'
  > & { readonly client_created_at: EpochSeconds; readonly siblings: number; readonly pending: number }

function toListedGrant(row: Row): ListedGrant {
  const { last_used_at: at, last_used_address: address } = row
  return {
    grantId: row.grant_id,
    userId: loadPersonId(row.user_id),
    client: toClient({ ...row, created_at: row.client_created_at }),
    scopes: loadGrantedScopes(row.scopes),
    resource: row.resource,
    createdAt: row.created_at,
    narrowedAt: row.narrowed_at,
    lastUse: at === null || address === null ? null : { at, address },
    endsAt: row.ends_at,
    isPending: row.pending === 1,
    others: row.siblings - 1,
  }
}
