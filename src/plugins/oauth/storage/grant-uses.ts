import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { GrantId } from '../protocol/ids.ts'
import { DueUses, EVERY_SECONDS } from './due-uses.ts'
import type { OAuthTables } from './tables.ts'

/** When grants were last used, and from where: in memory to the second, in the store to the minute. */
export class GrantUses {
  readonly #db: Kysely<OAuthTables>
  readonly #due = new DueUses<GrantId>()

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Whether a use at this moment is still to be written down. True once a minute and grant. */
  isDue(grantId: GrantId, lastUsedAt: EpochSeconds | null, now: EpochSeconds): boolean {
    return this.#due.isDue(grantId, lastUsedAt, now)
  }

  /** Writes a use down, unless another process just did. */
  async write(grantId: GrantId, address: string, now: EpochSeconds): Promise<void> {
    await this.#db
      .updateTable('tapedeck_oauth_grants')
      .set({ last_used_at: now, last_used_address: address })
      .where('grant_id', '=', grantId)
      .where('ended_at', 'is', null)
      .where((where) =>
        where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', now - EVERY_SECONDS)]),
      )
      .execute()
  }
}
