import { sql, type Kysely, type Selectable } from 'kysely'
import { loadPersonId, storePersonId, type PersonId } from '../auth/person-id.ts'
import type { AppGrant } from '../auth/scheme.ts'
import type { EpochSeconds } from '../clock.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../http/json.ts'
import type { AuditTables } from './audit-tables.ts'

/** Which entries are looked for; null and left out both mean any. */
export type AuditFilter = {
  /** The id of a person as text; finds the number too where no person of that text has an entry. */
  readonly actor: string | null
  /** The id of an app. */
  readonly client: string | null
  readonly database: string | null
  readonly table: string | null
  readonly event: string | null
  /** The first and the last second. */
  readonly since: EpochSeconds | null
  readonly until: EpochSeconds | null
}

/** A place in the trail: what comes after it, on the next page, is older. */
export type AuditPlace = { readonly at: EpochSeconds; readonly entryId: number }

/** An entry as it is read. */
export type AuditEntry = {
  readonly entryId: number
  readonly at: EpochSeconds
  readonly event: string
  /** Null for nobody, and for an actor without an id. */
  readonly actorId: PersonId | null
  /** Whether the request came with an API token. */
  readonly isToken: boolean
  /** With which app's grant; the name is the one of then. */
  readonly grant: AppGrant | null
  readonly address: string
  readonly database: string | null
  readonly table: string | null
  readonly pks: readonly string[] | null
  readonly numRows: number | null
  readonly details: JsonObject
}

/** Entries, newest first. There can be fewer than fit on a page, even none, and still a `next`: then older ones were not looked at yet. */
export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly next: AuditPlace | null }

/** Entries on a page. */
const AUDIT_PAGE_SIZE = 100

/** Most entries that one page looks at: however long the trail is, and however rare what is looked for, a page costs as much. */
const MAX_EXAMINED = 10_000

/**
 * Looks entries up, newest first, none from before `oldest`. An index leads to those of one person, app or table, or else to the
 * latest; the rest of the filter is applied to as many of these as one page looks at.
 */
export async function searchAudit(
  db: Kysely<AuditTables>,
  filter: AuditFilter,
  before: AuditPlace | null,
  oldest: EpochSeconds,
): Promise<AuditPage> {
  const actorId = filter.actor === null ? null : await storedActor(db, filter.actor)
  let indexed = db
    .selectFrom('tapedeck_audit')
    .where('at', '>=', Math.max(oldest, filter.since ?? 0))
    .orderBy('at', 'desc')
    .orderBy('entry_id', 'desc')
  if (filter.until !== null) indexed = indexed.where('at', '<=', filter.until)
  if (before !== null) {
    indexed = indexed
      .where('at', '<=', before.at)
      .where((where) => where.or([where('at', '<', before.at), where('entry_id', '<', before.entryId)]))
  }
  if (actorId !== null) indexed = indexed.where('actor_id', '=', actorId)
  else if (filter.client !== null) indexed = indexed.where('client_id', '=', filter.client)
  else if (filter.database !== null && filter.table !== null) {
    indexed = indexed.where('database_name', '=', filter.database).where('table_name', '=', filter.table)
  }

  let found = db
    .selectFrom(indexed.selectAll().limit(MAX_EXAMINED).as('examined'))
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('entry_id', 'desc')
    .limit(AUDIT_PAGE_SIZE + 1)
  if (filter.client !== null) found = found.where('client_id', '=', filter.client)
  if (filter.database !== null) found = found.where('database_name', '=', filter.database)
  if (filter.table !== null) found = found.where('table_name', '=', filter.table)
  if (filter.event !== null) found = found.where(sql<string>`event`, '=', filter.event)
  const rows = await found.execute()

  const entries = rows.slice(0, AUDIT_PAGE_SIZE).map(toEntry)
  if (rows.length > AUDIT_PAGE_SIZE) return { entries, next: entries.at(-1) ?? null }
  const last = await indexed
    .select(['at', 'entry_id'])
    .limit(1)
    .offset(MAX_EXAMINED - 1)
    .executeTakeFirst()
  return { entries, next: last === undefined ? null : { at: last.at, entryId: last.entry_id } }
}

/** The id of a person as the trail has it. Its JSON type is part of it, and whoever looks for 42 need not know which it is. */
async function storedActor(db: Kysely<AuditTables>, actor: string): Promise<string> {
  const asText = storePersonId(actor)
  const asNumber = String(Number(actor))
  if (asNumber !== actor) return asText
  const known = await db
    .selectFrom('tapedeck_audit')
    .select('entry_id')
    .where('actor_id', '=', asText)
    .limit(1)
    .executeTakeFirst()
  return known === undefined ? asNumber : asText
}

function toEntry(row: Selectable<AuditTables['tapedeck_audit']>): AuditEntry {
  const { client_id: clientId, client_name: clientName, grant_id: grantId } = row
  const isOfApp = clientId !== null && clientName !== null && grantId !== null
  const pks: readonly string[] | null = row.pks === null ? null : JSON.parse(row.pks)
  const details: JsonValue = row.details === null ? {} : JSON.parse(row.details)
  return {
    entryId: row.entry_id,
    at: row.at,
    event: row.event,
    actorId: row.actor_id === null ? null : loadPersonId(row.actor_id),
    isToken: row.is_token === 1,
    grant: isOfApp ? { id: grantId, client: { id: clientId, name: clientName } } : null,
    address: row.address,
    database: row.database_name,
    table: row.table_name,
    pks,
    numRows: row.num_rows,
    details: isJsonObject(details) ? details : {},
  }
}
