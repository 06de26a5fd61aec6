import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { OAuthTables } from './tables.ts'

/** Most rows of a kind that one call removes, so that no request waits long for it. */
const BATCH = 100

/** How long a code is remembered after it expired, in seconds: until then a replay of it still ends the grant. */
const CODE_MEMORY_SECONDS = 86_400

/**
 * Removes some of what nobody can use any more: decided consent pages whose ticket has expired, old codes, and
 * grants whose only code was never redeemed. Each decision makes at most one row of a kind and calls this once,
 * so the tables do not grow.
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
    const unusedGrants = codes.filter((code) => code.used_at === null).map((code) => code.grant_id)
    if (unusedGrants.length > 0) {
      await trx.deleteFrom('tapedeck_oauth_grants').where('grant_id', 'in', unusedGrants).execute()
    }
  })
}
