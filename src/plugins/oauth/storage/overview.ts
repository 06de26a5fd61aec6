import { sql, type Kysely, type Transaction } from 'kysely'
import { z } from 'zod'
import { loadPersonId, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import type { ClientKind } from '../protocol/client.ts'
import { COMMAND_LINE_CLIENT_ID, type ClientId, type GrantId } from '../protocol/ids.ts'
import { FULL_ACCESS } from '../protocol/scope.ts'
import { formatPlainScopes } from '../protocol/scope-plain.ts'
import { loadGrantedScopes } from '../protocol/scope-schema.ts'
import { loadOwner } from './clients.ts'
import type { GrantChanges } from './grant-changes.ts'
import { grantLasts } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

/** Clients and grants of everybody, for whoever runs the server. */

export type ClientOverview = {
  readonly id: ClientId
  readonly name: string
  readonly kind: ClientKind
  readonly redirectUris: readonly string[]
  /** Null for a client that nobody here registered. */
  readonly createdBy: PersonId | null
  readonly createdAt: EpochSeconds
  readonly liveGrants: number
}

/** Every client but the one of devices that name none, oldest first. */
export async function listClients(
  db: Kysely<OAuthTables>,
  now: EpochSeconds,
): Promise<readonly ClientOverview[]> {
  const rows = await db
    .selectFrom('tapedeck_oauth_clients as client')
    .selectAll()
    .select(
      sql<number>`(select count(*) from tapedeck_oauth_grants as grant_of
        where grant_of.client_id = client.client_id and ${grantLasts('grant_of', now)})`.as('live_grants'),
    )
    .where('client_id', '<>', COMMAND_LINE_CLIENT_ID)
    .orderBy('created_at')
    .orderBy('client_id')
    .execute()
  return rows.map((row) => ({
    id: row.client_id,
    name: row.client_name,
    kind: row.client_type,
    redirectUris: z.array(z.string()).parse(JSON.parse(row.redirect_uris)),
    createdBy: loadOwner(row.created_by),
    createdAt: row.created_at,
    liveGrants: row.live_grants,
  }))
}

/** Which grants: those for which everything that is not null is right. A user `42` is the number and the text. */
export type GrantChoice = {
  readonly grantId: GrantId | null
  readonly clientId: ClientId | null
  readonly userId: string | null
}

export type GrantOverview = {
  readonly id: GrantId
  readonly clientId: ClientId
  readonly clientName: string
  readonly userId: PersonId
  /** In the plain form. */
  readonly scope: string
  readonly resource: string | null
  readonly createdAt: EpochSeconds
  readonly endedAt: EpochSeconds | null
  /** When it ends by itself, at the latest; null for one that lasts until it is ended. */
  readonly endsAt: EpochSeconds | null
  readonly lastUsedAt: EpochSeconds | null
}

const PAGE = 1000

/** The grants of a choice, in the order of their ids, a page at a time, so that nobody waits for it. */
export async function* listGrants(
  db: Kysely<OAuthTables>,
  choice: GrantChoice,
): AsyncGenerator<GrantOverview> {
  for (let after = ''; ;) {
    const rows = await db
      .selectFrom('tapedeck_oauth_grants as grant')
      .innerJoin('tapedeck_oauth_clients as client', 'client.client_id', 'grant.client_id')
      .selectAll('grant')
      .select('client.client_name')
      .where(chosen(choice))
      .where(sql<string>`grant_id`, '>', after)
      .orderBy('grant_id')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      const granted = loadGrantedScopes(row.scopes)
      yield {
        id: row.grant_id,
        clientId: row.client_id,
        clientName: row.client_name,
        userId: loadPersonId(row.user_id),
        scope: granted.access === 'full' ? FULL_ACCESS : formatPlainScopes(granted.scopes),
        resource: row.resource,
        createdAt: row.created_at,
        endedAt: row.ended_at,
        endsAt: row.ends_at,
        lastUsedAt: row.last_used_at,
      }
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.grant_id
  }
}

/** Ends the grants of a choice, and does in the same transaction what belongs to that. How many those were. */
export async function endGrants(
  changes: GrantChanges,
  choice: GrantChoice,
  now: EpochSeconds,
  also: (
    trx: Transaction<OAuthTables>,
    ended: readonly { readonly grantId: GrantId; readonly clientId: ClientId }[],
  ) => Promise<void>,
): Promise<number> {
  let count = 0
  await changes.make(async (trx) => {
    const ended = await trx
      .updateTable('tapedeck_oauth_grants as grant')
      .set({ ended_at: now })
      .where(chosen(choice))
      .where('ended_at', 'is', null)
      .returning(['grant_id as grantId', 'client_id as clientId'])
      .execute()
    if (ended.length > 0) await also(trx, ended)
    count = ended.length
    return BigInt(count)
  })
  return count
}

function chosen({ clientId, grantId, userId }: GrantChoice) {
  const conditions = [
    ...(grantId === null ? [] : [sql<boolean>`"grant".grant_id = ${grantId}`]),
    ...(clientId === null ? [] : [sql<boolean>`"grant".client_id = ${clientId}`]),
    ...(userId === null ? [] : [sql<boolean>`"grant".user_id in (${sql.join(idsOf(userId))})`]),
  ]
  return conditions.length === 0 ? sql<boolean>`1 = 1` : sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

/** How rows may have a person whose id is written so. */
function idsOf(text: string): readonly string[] {
  const number = Number(text)
  return [
    storePersonId(text),
    ...(String(number) === text && Number.isFinite(number) ? [storePersonId(number)] : []),
  ]
}
