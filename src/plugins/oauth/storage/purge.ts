import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import { ATTEMPT_WINDOW_SECONDS } from '../protocol/code-attempts.ts'
import type { OAuthTables } from './tables.ts'

/** Most rows of a kind that one call removes, so that no request waits long for it. */
const BATCH = 100

/** How long a code is remembered after it expired, in seconds: until then a replay of it still ends the grant. */
const CODE_MEMORY_SECONDS = 86_400

/** How long a device's request is remembered after it expired, in seconds: until then its device learns why there is no token. */
const DEVICE_REQUEST_MEMORY_SECONDS = 3600

/**
 * Removes some of what nobody can use any more: decided consent pages whose ticket has expired, old codes and requests of
 * devices, tries of codes that no longer count, and grants of which no token was ever fetched. Each decision and each
 * request makes at most one row of a kind and calls this once, so the tables do not grow.
 */
export async function purgeExpired(db: Kysely<OAuthTables>, now: EpochSeconds): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('tapedeck_oauth_consent_nonces')
      .where('nonce_hash', 'in', (select) =>
        select
          .selectFrom('tapedeck_oauth_consent_nonces')
          .select('nonce_hash')
          .where('expires_at', '<=', now)
          .limit(BATCH),
      )
      .execute()
    const codes = await trx
      .deleteFrom('tapedeck_oauth_codes')
      .where('code_hash', 'in', (select) =>
        select
          .selectFrom('tapedeck_oauth_codes')
          .select('code_hash')
          .where('expires_at', '<=', now - CODE_MEMORY_SECONDS)
          .limit(BATCH),
      )
      .returning(['grant_id', 'used_at'])
      .execute()
    const requests = await trx
      .deleteFrom('tapedeck_oauth_device_requests')
      .where('request_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_oauth_device_requests')
          .select('request_id')
          .where('expires_at', '<=', now - DEVICE_REQUEST_MEMORY_SECONDS)
          .limit(BATCH),
      )
      .returning(['grant_id', 'status'])
      .execute()
    await trx
      .deleteFrom('tapedeck_oauth_code_attempts')
      .where('attempt_id', 'in', (select) =>
        select
          .selectFrom('tapedeck_oauth_code_attempts')
          .select('attempt_id')
          .where('at', '<=', now - ATTEMPT_WINDOW_SECONDS)
          .limit(BATCH),
      )
      .execute()
    const unusedGrants = codes.filter((code) => code.used_at === null).map((code) => code.grant_id)
    for (const { grant_id: grantId, status } of requests) {
      if (status === 'approved' && grantId !== null) unusedGrants.push(grantId)
    }
    if (unusedGrants.length > 0) {
      await trx.deleteFrom('tapedeck_oauth_grants').where('grant_id', 'in', unusedGrants).execute()
    }
  })
}
