import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { z } from 'zod'
import { Statement, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import type { Client } from '../protocol/client.ts'
import type { Declared } from '../protocol/client-metadata.ts'
import { isClientIdUrl } from '../protocol/client-id-url.ts'
import type { ClientId } from '../protocol/ids.ts'
import {
  GIVES_WAY_SECONDS,
  IDLE_TTL_SECONDS,
  MAX_UNVOUCHED_OF_PERSON,
  UNUSED_TTL_SECONDS,
  UNVOUCHED_LIMITS,
} from '../protocol/unvouched.ts'
import { countChange } from './grant-changes.ts'
import { deleteClients, insertClient, toClient, type LiveSecret } from './clients.ts'
import { grantLasts } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

/** A client that is about to register itself. `secret` is null for a public one. */
export type SelfRegistration = {
  readonly client: Client
  readonly secret: LiveSecret | null
  readonly from: Origin
  readonly declared: Declared
}

/** Where a registration comes from; the limits count by both. */
export type Origin = { readonly network: string; readonly siteNetwork: string }

/** For whom a limit is. */
type Whose = 'network' | 'site' | 'everybody'

/** `full`: too many stand already, of this network, of its site or in all, and none of them is old enough to give way. */
export type RegisterOutcome =
  | { readonly kind: 'registered' }
  | { readonly kind: 'full'; readonly whose: Whose; readonly retryAfterSeconds: number }

/** A client that nobody here registered, for whoever manages clients. */
export type UnvouchedClient = {
  readonly client: Client
  readonly declared: Declared
  /** When it fetched a token first; null while it has not. */
  readonly grantedAt: EpochSeconds | null
}

/** Most clients that one call removes, so that no request waits long for it. */
const BATCH = 50

/** Clients that nobody here registered. */
export class UnvouchedClientStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Stores a client that registers itself, unless too many stand already. What is unused and old gives way first, and so does what nobody lets in any more. */
  async register(registration: SelfRegistration, now: EpochSeconds): Promise<RegisterOutcome> {
    const { client, declared, from, secret } = registration
    return this.#db.transaction().execute(async (trx) => {
      // The first statement writes: from here on nobody else does, and what is counted stays so.
      await removeUnused(trx, now - UNUSED_TTL_SECONDS, EVERYBODY)
      let full = await findFull(trx, from)
      if (full !== null) {
        const counted = isOf(full, from)
        const gone =
          (await removeUnused(trx, now - GIVES_WAY_SECONDS, counted)) + (await removeLeft(trx, now, counted))
        if (gone > 0) full = await findFull(trx, from)
      }
      if (full !== null) {
        return { kind: 'full', whose: full, retryAfterSeconds: await retryAfter(trx, isOf(full, from), now) }
      }
      await insertClient(trx, client, secret)
      await trx
        .insertInto('tapedeck_oauth_unvouched_clients')
        .values({
          client_id: client.clientId,
          network: from.network,
          site_network: from.siteNetwork,
          registered_at: now,
          granted_at: null,
          declared: JSON.stringify(declared),
        })
        .execute()
      return { kind: 'registered' }
    })
  }

  /** Whether a person may let this client in: any that somebody here registered, and of others not more than one person needs. */
  async mayLetIn(personId: PersonId, clientId: ClientId, now: EpochSeconds): Promise<boolean> {
    if (!isClientIdUrl(clientId) && (await countOf(this.#db, sql`client_id = ${clientId}`)) === 0) return true
    const { clients } = await this.#db
      .selectFrom('tapedeck_oauth_grants as grant')
      .innerJoin('tapedeck_oauth_unvouched_clients as unvouched', 'unvouched.client_id', 'grant.client_id')
      .select(({ fn }) => fn.count<number>('grant.client_id').distinct().as('clients'))
      .where('grant.user_id', '=', storePersonId(personId))
      .where('grant.client_id', '<>', clientId)
      .where(grantLasts('grant', now))
      .executeTakeFirstOrThrow()
    return clients < MAX_UNVOUCHED_OF_PERSON
  }

  /** The `limit` newest, and how many there are. */
  async newest(
    limit: number,
  ): Promise<{ readonly clients: readonly UnvouchedClient[]; readonly count: number }> {
    const rows = await this.#db
      .selectFrom('tapedeck_oauth_unvouched_clients as unvouched')
      .innerJoin('tapedeck_oauth_clients as client', 'client.client_id', 'unvouched.client_id')
      .selectAll('client')
      .select(['unvouched.granted_at', 'unvouched.declared'])
      .orderBy('unvouched.registered_at', 'desc')
      .orderBy('unvouched.client_id')
      .limit(limit)
      .execute()
    const clients = rows.map((row) => ({
      client: toClient(row),
      declared: declaredSchema.parse(JSON.parse(row.declared)),
      grantedAt: row.granted_at,
    }))
    return { clients, count: await countOf(this.#db, EVERYBODY) }
  }
}

/** What a client says of itself, as it is stored. */
export const declaredSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/**
 * Removes some of the clients that nobody here registered and nobody uses: those that were given nothing within a day, and
 * those whose last access ended a month ago. One that owns a grant which has not ended, by somebody or by its time, stays. Gives the number of clients that were removed.
 */
export async function purgeUnvouched(db: Kysely<OAuthTables>, now: EpochSeconds): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const unused = await removeUnused(trx, now - UNUSED_TTL_SECONDS, EVERYBODY)
    const idleSince = now - IDLE_TTL_SECONDS
    const idle = await remove(
      trx,
      sql`granted_at <= ${idleSince} and not exists (
        select 1 from tapedeck_oauth_grants as grant_of
        where grant_of.client_id = tapedeck_oauth_unvouched_clients.client_id
          and (grant_of.ended_at is null or grant_of.ended_at > ${idleSince})
          and (grant_of.ends_at is null or grant_of.ends_at > ${idleSince}))`,
    )
    return unused + idle
  })
}

/**
 * Stores a client that its document describes, or what the document says of it now: in the transaction in which somebody
 * gives it access, so that nothing is kept of addresses that were only asked about.
 */
export async function saveDocumentClient(
  db: Kysely<OAuthTables>,
  client: Client,
  now: EpochSeconds,
): Promise<void> {
  const { clientId, name, redirectUris } = client
  const known = await db
    .selectFrom('tapedeck_oauth_clients')
    .select('client_name')
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  if (known !== undefined) {
    await db
      .updateTable('tapedeck_oauth_clients')
      .set({ client_name: name, redirect_uris: JSON.stringify(redirectUris) })
      .where('client_id', '=', clientId)
      .execute()
    // Token checks remember the name.
    if (known.client_name !== name) await countChange(db)
    return
  }
  await insertClient(db, client, null)
  await db
    .insertInto('tapedeck_oauth_unvouched_clients')
    .values({
      client_id: clientId,
      network: null,
      site_network: null,
      registered_at: now,
      granted_at: null,
      declared: '{}',
    })
    .execute()
}

type Granted = { readonly clientId: ClientId; readonly now: EpochSeconds }

const NOTE_GRANTED = new Statement((db: Kysely<OAuthTables>, { clientId, now }: Granted) =>
  db
    .updateTable('tapedeck_oauth_unvouched_clients')
    .set({ granted_at: now })
    .where('client_id', '=', clientId)
    .where('granted_at', 'is', null),
)

/**
 * Notes that a client fetched a token, in the transaction that gives it; nothing for one that somebody here registered. To be
 * approved is not enough: what one person approves and nobody uses is to give way.
 */
export async function noteGranted(
  db: Kysely<OAuthTables>,
  clientId: ClientId,
  now: EpochSeconds,
): Promise<void> {
  await NOTE_GRANTED.run(db, { clientId, now })
}

/** A condition on the rows of apps that nobody here registered. */
type Condition = RawBuilder<SqlBool>

const EVERYBODY: Condition = sql`1 = 1`

/** Which of them a limit counts. */
function isOf(whose: Whose, { network, siteNetwork }: Origin): Condition {
  switch (whose) {
    case 'network':
      return sql`network = ${network}`
    case 'site':
      return sql`site_network = ${siteNetwork}`
    case 'everybody':
      return EVERYBODY
  }
}

/** Most of them, unused ones and all, narrowest first. */
const LIMITS = [
  { whose: 'network', unused: UNVOUCHED_LIMITS.unusedPerNetwork, all: UNVOUCHED_LIMITS.perNetwork },
  { whose: 'site', unused: UNVOUCHED_LIMITS.unusedPerSite, all: UNVOUCHED_LIMITS.perSite },
  { whose: 'everybody', unused: UNVOUCHED_LIMITS.unused, all: UNVOUCHED_LIMITS.inTotal },
] as const

/** Whose limit is reached. */
async function findFull(db: Kysely<OAuthTables>, from: Origin): Promise<Whose | null> {
  for (const { whose, unused, all } of LIMITS) {
    const counted = isOf(whose, from)
    const isFull =
      (await countOf(db, sql`${counted} and granted_at is null`)) >= unused ||
      (await countOf(db, counted)) >= all
    if (isFull) return whose
  }
  return null
}

async function countOf(db: Kysely<OAuthTables>, condition: Condition): Promise<number> {
  const { clients } = await db
    .selectFrom('tapedeck_oauth_unvouched_clients')
    .select(({ fn }) => fn.countAll<number>().as('clients'))
    .where(condition)
    .executeTakeFirstOrThrow()
  return clients
}

/** Seconds until the oldest unused client gives way. */
async function retryAfter(db: Kysely<OAuthTables>, counted: Condition, now: EpochSeconds): Promise<number> {
  const { oldest } = await db
    .selectFrom('tapedeck_oauth_unvouched_clients')
    .select(({ fn }) => fn.min('registered_at').as('oldest'))
    .where('granted_at', 'is', null)
    .where(counted)
    .executeTakeFirstOrThrow()
  return Math.max(1, (oldest ?? now) + GIVES_WAY_SECONDS - now)
}

/** Removes clients that were given nothing and registered at `before` or earlier. How many those were. */
function removeUnused(db: Kysely<OAuthTables>, before: EpochSeconds, counted: Condition): Promise<number> {
  return remove(db, sql`granted_at is null and registered_at <= ${before} and ${counted}`)
}

/** Removes clients that were let in and that nobody lets in any more. How many those were. */
function removeLeft(db: Kysely<OAuthTables>, now: EpochSeconds, counted: Condition): Promise<number> {
  return remove(
    db,
    sql`granted_at is not null and ${counted} and not exists (
      select 1 from tapedeck_oauth_grants as given
      where given.client_id = tapedeck_oauth_unvouched_clients.client_id and ${grantLasts('given', now)})`,
  )
}

/** In the caller's transaction: the rows go one after the other. */
async function remove(db: Kysely<OAuthTables>, condition: Condition): Promise<number> {
  const { rows } = await sql<{ client_id: ClientId }>`
    delete from tapedeck_oauth_unvouched_clients where client_id in (
      select client_id from tapedeck_oauth_unvouched_clients where ${condition}
      order by registered_at limit ${BATCH})
    returning client_id`.execute(db)
  if (rows.length > 0) {
    await deleteClients(
      db,
      rows.map((row) => row.client_id),
    )
    await countChange(db)
  }
  return rows.length
}
