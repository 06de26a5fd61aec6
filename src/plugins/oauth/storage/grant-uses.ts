import type { Kysely } from 'kysely'
import type { EpochSeconds } from '../../../plugin.ts'
import type { GrantId } from '../protocol/ids.ts'
import type { OAuthTables } from './tables.ts'

/** How often a use is written down, in seconds. */
const EVERY_SECONDS = 60

/** Most grants whose last use is remembered; of others a use is written down more often. */
const CAPACITY = 10_000

/** When grants were last used, and from where: in memory to the second, in the store to the minute. */
export class GrantUses {
  readonly #db: Kysely<OAuthTables>
  readonly #written = new Map<GrantId, EpochSeconds>()

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** Whether a use at this moment is still to be written down. True once a minute and grant. */
  isDue(grantId: GrantId, lastUsedAt: EpochSeconds | null, now: EpochSeconds): boolean {
    const last = Math.max(this.#written.get(grantId) ?? -Infinity, lastUsedAt ?? -Infinity)
    if (now - last < EVERY_SECONDS) return false
    const [oldest] = this.#written.keys()
    if (this.#written.size >= CAPACITY && oldest !== undefined) this.#written.delete(oldest)
    this.#written.set(grantId, now)
    return true
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
