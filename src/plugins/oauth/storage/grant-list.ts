import { sql, type Kysely, type Selectable } from 'kysely'
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

const grantsOf = (db: Kysely<OAuthTables>) => db.selectFrom('tapedeck_oauth_grants as grant')

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

    let wanted = this.#newest(filter, clientIds, now).limit(GRANT_PAGE_SIZE + 1)
    if (after !== null) {
      wanted = wanted
        .where('grant.created_at', '<=', after.createdAt)
        .where((where) =>
          where.or([
            where('grant.created_at', '<', after.createdAt),
            where(sql<string>`grant_id`, '<', after.grantId),
          ]),
        )
    }
    // What is told of each is looked up for those on the page alone, and not for all that are sorted.
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

  #newest(filter: GrantFilter, clientIds: readonly ClientId[] | null, now: EpochSeconds) {
    return this.#live(filter, clientIds, now)
      .select('grant.grant_id')
      .orderBy('grant.created_at', 'desc')
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
