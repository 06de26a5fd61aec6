import { sql, type Kysely, type Transaction } from 'kysely'
import type { OAuthTables } from './tables.ts'

/**
 * Counts what changes of grants and clients that is remembered in memory (`Remembered`). Each such change adds to the count in its own
 * transaction, so whoever has read a count has also missed nothing that was counted before it: one small row tells every process
 * on the store whether to forget, however many grants there are.
 */
export class GrantChanges {
  readonly #db: Kysely<OAuthTables>
  #ownChanges = 0

  constructor(db: Kysely<OAuthTables>) {
    this.#db = db
  }

  /** How many changes this process has made itself: they hold at once. */
  get ownChanges(): number {
    return this.#ownChanges
  }

  /** How many changes there were, of all processes. */
  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_grant_changes')
      .select('changes')
      .executeTakeFirstOrThrow()
    return row.changes
  }

  /** Makes a change; `change` tells how many rows it touched. False when there were none. */
  async make(change: (trx: Transaction<OAuthTables>) => Promise<bigint>): Promise<boolean> {
    const isChanged = await this.#db.transaction().execute(async (trx) => {
      if ((await change(trx)) === 0n) return false
      await countChange(trx)
      return true
    })
    if (isChanged) this.#ownChanges += 1
    return isChanged
  }
}

/** Counts a change in the transaction that makes it; this process hears of it as others do. */
export async function countChange(trx: Kysely<OAuthTables>): Promise<void> {
  await trx
    .updateTable('tapedeck_oauth_grant_changes')
    .set({ changes: sql`changes + 1` })
    .execute()
}
