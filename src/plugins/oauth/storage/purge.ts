import { sql, type Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { GrantId } from '../protocol/ids.ts'
import type { OAuthTables } from './tables.ts'
import { purgeUnvouched } from './unvouched-clients.ts'

/** Most rows of a kind that go at once: beside a request, which waits for it, and in the server's upkeep. */
const BATCHES = { besideRequest: 100, upkeep: 200 } as const

/** How long a code is remembered after it expired, in seconds: until then a replay of it still ends the grant. */
const CODE_MEMORY_SECONDS = 86_400

/** How long a device's request is remembered after it expired, in seconds: until then its device learns why there is no token. */
const DEVICE_REQUEST_MEMORY_SECONDS = 3600

/** How long a grant is remembered after it ended, in seconds: until then people and whoever runs the server can see that there was one. */
const ENDED_GRANT_MEMORY_SECONDS = 30 * 86_400

/** Removes a little beside a request. */
export function purgeBesideRequest(db: Kysely<OAuthTables>, now: EpochSeconds): Promise<number> {
  return purgeExpired(db, now, BATCHES.besideRequest)
}

/** Removes a batch in the server's upkeep, clients that nobody uses too: to find those takes a look at all of their grants. */
export async function purgeInUpkeep(db: Kysely<OAuthTables>, now: EpochSeconds): Promise<number> {
  return (await purgeExpired(db, now, BATCHES.upkeep)) + (await purgeUnvouched(db, now))
}

/**
 * Removes some of what nobody can use any more: decided consent pages whose ticket has expired, old codes and requests of
 * devices, grants of which no token was ever fetched, and grants that ended a month ago, by somebody or by their time. Each request or decision makes at most one row of a kind and
 * calls this once, so the tables do not grow; the server's upkeep removes what is left. (Tries of user codes are removed where they are counted.) Gives the number of
 * rows that were removed.
 */
export async function purgeExpired(
  db: Kysely<OAuthTables>,
  now: EpochSeconds,
  most: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const oldest = (
      table: 'tapedeck_oauth_consent_nonces' | 'tapedeck_oauth_codes' | 'tapedeck_oauth_device_requests',
      key: string,
      end: EpochSeconds,
    ) => sql`${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)} where expires_at <= ${end} limit ${most})`

    const nonces = await sql`delete from tapedeck_oauth_consent_nonces
      where ${oldest('tapedeck_oauth_consent_nonces', 'nonce_hash', now)}`.execute(trx)
    const codes = await sql<{ grant_id: GrantId; used_at: EpochSeconds | null }>`
      delete from tapedeck_oauth_codes
      where ${oldest('tapedeck_oauth_codes', 'code_hash', now - CODE_MEMORY_SECONDS)}
      returning grant_id, used_at`.execute(trx)
    const requests = await sql<{ grant_id: GrantId | null; status: string }>`
      delete from tapedeck_oauth_device_requests
      where ${oldest('tapedeck_oauth_device_requests', 'device_code_hash', now - DEVICE_REQUEST_MEMORY_SECONDS)}
      returning grant_id, status`.execute(trx)

    const unusedGrants = [
      ...codes.rows.flatMap((code) => (code.used_at === null ? [code.grant_id] : [])),
      ...requests.rows.flatMap(({ grant_id: grantId, status }) =>
        status === 'approved' && grantId !== null ? [grantId] : [],
      ),
    ]
    if (unusedGrants.length > 0) {
      await trx.deleteFrom('tapedeck_oauth_grants').where('grant_id', 'in', unusedGrants).execute()
    }
    const endedBefore = now - ENDED_GRANT_MEMORY_SECONDS
    const ended = await sql`delete from tapedeck_oauth_grants where grant_id in (
      select grant_id from tapedeck_oauth_grants as ended
      where (ended_at <= ${endedBefore} or ended_at is null and coalesce(ends_at, 9007199254740991) <= ${endedBefore})
        and not exists (select 1 from tapedeck_oauth_codes as code where code.grant_id = ended.grant_id)
      limit ${most})`.execute(trx)
    return (
      Number(nonces.numAffectedRows ?? 0) +
      codes.rows.length +
      requests.rows.length +
      unusedGrants.length +
      Number(ended.numAffectedRows ?? 0)
    )
  })
}
