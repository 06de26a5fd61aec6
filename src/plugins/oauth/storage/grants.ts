import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { GrantId } from '../protocol/ids.ts'
import type { OAuthTables } from './tables.ts'

/** What people gave to clients, for as long as it lasts. */
export class GrantStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Whether the grant exists and has not ended. One look-up by its key. */
  async isLive(grantId: GrantId): Promise<boolean> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_grants')
      .select('ended_at')
      .where('grant_id', '=', grantId)
      .executeTakeFirst()
    return row !== undefined && row.ended_at === null
  }

  /** Ends a grant: its tokens are refused from now on, and its codes cannot be redeemed. False when it had ended before. */
  async end(grantId: GrantId, now: EpochSeconds): Promise<boolean> {
    const ended = await this.#db
      .updateTable('tapedeck_oauth_grants')
      .set({ ended_at: now })
      .where('grant_id', '=', grantId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return ended.numUpdatedRows > 0n
  }
}
