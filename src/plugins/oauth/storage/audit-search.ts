import { sql, type Kysely } from 'kysely'
import { loadPersonId, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import type { ClientId, GrantId } from '../protocol/ids.ts'
import { loadGrantedScopes } from '../protocol/scope-schema.ts'
import type { GrantedScopes } from '../protocol/scope.ts'
import { clientsCalled } from './clients-called.ts'
import { storedFormsOf } from './grant-list.ts'
import type { AuditEvent, OAuthTables } from './tables.ts'

/** Which rows are looked for; null means any. */
export type AuditFilter = {
  /** The id of a person as text, whatever its JSON type. */
  readonly actor: string | null
  /** The same of whoever gave the access that it was about. */
  readonly owner: string | null
  /** The id of a client, or a part of its present name in any case. */
  readonly client: string | null
  readonly grant: string | null
  readonly event: string | null
  /** The first and the last second. */
  readonly since: EpochSeconds | null
  readonly until: EpochSeconds | null
  /** This person's part of the trail: what it says of access that they gave, and what they did that was about nobody's. */
  readonly of: PersonId | null
}

/** The whole trail. */
export const NO_AUDIT_FILTER: AuditFilter = {
  actor: null,
  owner: null,
  client: null,
  grant: null,
  event: null,
  since: null,
  until: null,
  of: null,
}

/** A place in the trail: what comes after it, on the next page, is older. */
export type AuditPlace = { readonly at: EpochSeconds; readonly entryId: string }

/** A row as it is read. */
export type AuditEntry = AuditPlace & {
  readonly event: AuditEvent
  /** Null when a client did it. */
  readonly actorId: PersonId | null
  /** With its present name, null when it was deleted; null when the request named no client that exists. */
  readonly client: { readonly clientId: ClientId; readonly name: string | null } | null
  readonly grantId: GrantId | null
  /** Who gave that grant; null when there is none. */
  readonly ownerId: PersonId | null
  /** What the app could do from then on; null for an event that changed nothing about that. */
  readonly scopes: GrantedScopes | null
  /** What is known of that grant by now; null when there is none. */
  readonly grant: {
    readonly endedAt: EpochSeconds | null
    readonly endsAt: EpochSeconds | null
  } | null
  readonly address: string
}

/** Rows, newest first. There can be fewer than fit on a page, even none, and still a `next`: then older ones were not looked at yet. */
export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly next: AuditPlace | null }

/** Rows on a page. */
export const AUDIT_PAGE_SIZE = 100

/** Most rows that one page looks at, however rare what is looked for is. */
const MAX_EXAMINED = 10_000

/**
 * Looks rows of the trail up, newest first. An index leads to those of one grant, person or client, or else to the latest; the rest
 * of the filter is applied to as many of these as one page looks at.
 */
export async function searchAudit(
  db: Kysely<OAuthTables>,
  filter: AuditFilter,
  after: AuditPlace | null,
): Promise<AuditPage> {
  const { actor, client, event, grant, owner } = filter
  const actorIds = actor === null ? null : storedFormsOf(actor)
  const ownerIds = owner === null ? null : storedFormsOf(owner)
  const clientIds = client === null ? null : await clientsCalled(db, client)
  if (clientIds !== null && clientIds.length === 0) return { entries: [], next: null }

  const [first, ...others] = placesToLook(filter, actorIds, ownerIds, clientIds).map((place) =>
    partOf(db, place, filter, after),
  )
  if (first === undefined) return { entries: [], next: null }
  // SQLite merges the parts as it reads them; one condition for all of them would have it sort everything that meets it.
  const indexed = others
    .reduce((list, part) => list.unionAll(part), first)
    .orderBy('at', 'desc')
    .orderBy('entry_id', 'desc')
  let found = db
    .selectFrom(indexed.limit(MAX_EXAMINED).as('entry'))
    .leftJoin('tapedeck_oauth_clients as client', 'client.client_id', 'entry.client_id')
    .leftJoin('tapedeck_oauth_grants as grant', 'grant.grant_id', 'entry.grant_id')
    .selectAll('entry')
    .select(['client.client_name', 'grant.created_at as given_at', 'grant.ended_at', 'grant.ends_at'])
    .orderBy('entry.at', 'desc')
    .orderBy('entry.entry_id', 'desc')
    .limit(AUDIT_PAGE_SIZE + 1)
  if (actorIds !== null) found = found.where('entry.actor_id', 'in', actorIds)
  if (ownerIds !== null) found = found.where('entry.owner_id', 'in', ownerIds)
  if (clientIds !== null) found = found.where('entry.client_id', 'in', clientIds)
  if (grant !== null) found = found.where(sql<string>`entry.grant_id`, '=', grant)
  if (event !== null) found = found.where(sql<string>`entry.event`, '=', event)
  const rows = await found.execute()

  const entries = rows.slice(0, AUDIT_PAGE_SIZE).map((row) => ({
    at: row.at,
    entryId: row.entry_id,
    event: row.event,
    actorId: row.actor_id === null ? null : loadPersonId(row.actor_id),
    client: row.client_id === null ? null : { clientId: row.client_id, name: row.client_name },
    grantId: row.grant_id,
    ownerId: row.owner_id === null ? null : loadPersonId(row.owner_id),
    scopes: row.scopes === null ? null : loadGrantedScopes(row.scopes),
    grant: row.given_at === null ? null : { endedAt: row.ended_at, endsAt: row.ends_at },
    address: row.address,
  }))
  if (rows.length > AUDIT_PAGE_SIZE) return { entries, next: entries.at(-1) ?? null }
  const last = await indexed
    .limit(1)
    .offset(MAX_EXAMINED - 1)
    .executeTakeFirst()
  return { entries, next: last === undefined ? null : { at: last.at, entryId: last.entry_id } }
}

/** A column that an index begins with, and what to look for in it. */
type Place = {
  readonly column: 'grant_id' | 'actor_id' | 'owner_id' | 'client_id'
  readonly value: string
  /** Only entries that are about nobody's access. */
  readonly ofNobodys?: true
}

/** The parts of the trail that have everything that is looked for, by the narrowest of the conditions; null for the whole. */
function placesToLook(
  { grant, of }: AuditFilter,
  actorIds: readonly string[] | null,
  ownerIds: readonly string[] | null,
  clientIds: readonly string[] | null,
): readonly (Place | null)[] {
  if (of !== null) {
    const value = storePersonId(of)
    return [
      { column: 'owner_id', value },
      { column: 'actor_id', value, ofNobodys: true },
    ]
  }
  if (grant !== null) return [{ column: 'grant_id', value: grant }]
  if (actorIds !== null) return actorIds.map((value) => ({ column: 'actor_id', value }))
  if (ownerIds !== null) return ownerIds.map((value) => ({ column: 'owner_id', value }))
  return clientIds === null ? [null] : clientIds.map((value) => ({ column: 'client_id', value }))
}

/** One of these parts, between the moments of the filter and after the page before. */
function partOf(
  db: Kysely<OAuthTables>,
  place: Place | null,
  { since, until }: AuditFilter,
  after: AuditPlace | null,
) {
  let part = db.selectFrom('tapedeck_oauth_audit as entry').selectAll()
  if (place !== null) part = part.where(sql`${sql.ref(`entry.${place.column}`)}`, '=', place.value)
  if (place?.ofNobodys === true) part = part.where('entry.owner_id', 'is', null)
  if (since !== null) part = part.where('entry.at', '>=', since)
  if (until !== null) part = part.where('entry.at', '<=', until)
  if (after === null) return part
  return part
    .where('entry.at', '<=', after.at)
    .where((where) =>
      where.or([where('entry.at', '<', after.at), where('entry.entry_id', '<', after.entryId)]),
    )
}
