import type { Kysely } from 'kysely'
import type { EpochSeconds, JsonObject } from '../../../plugin.ts'
import type { GrantId } from '../protocol/ids.ts'
import { loadPerson } from '../protocol/person.ts'
import type { OAuthTables } from './tables.ts'

/** What people gave to clients, for as long as it lasts. */
export class GrantStore {
  readonly #db: Kysely<OAuthTables>

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** The person of a grant that has not ended, as they were when they approved it; null for any other. One look-up by its key. */
  async findPerson(grantId: GrantId): Promise<JsonObject | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_grants')
      .select('person')
      .where('grant_id', '=', grantId)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return row === undefined ? null : loadPerson(row.person)
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
