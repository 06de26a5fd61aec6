import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Finds everybody's grants that still last, and those to one app, by when they end; and when an app was used last. No list looks at
 * grants whose time is over, however many wait to be removed.
 */
export const listsOfLastingGrants: Migration = {
  async up(db) {
    const endsAt = sql`coalesce(ends_at, 9007199254740991)`
    // All that a list sorts by, and the condition again, which SQLite would read the row for: a page reads no row of a grant that is not on it.
    const covered = ['created_at', 'grant_id', 'ended_at']
    for (const name of ['live_grants_by_app', 'grants_by_ends_at', 'grants_by_client']) {
      await db.schema.dropIndex(`tapedeck_oauth_${name}`).execute()
    }
    await db.schema
      .createIndex('tapedeck_oauth_live_grants_by_app')
      .on('tapedeck_oauth_grants')
      .column('client_id')
      .expression(endsAt)
      .columns(covered)
      .where(sql.ref('ended_at'), 'is', null)
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_live_grants_by_end')
      .on('tapedeck_oauth_grants')
      .expression(endsAt)
      .columns(covered)
      .where(sql.ref('ended_at'), 'is', null)
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_grants_by_use')
      .on('tapedeck_oauth_grants')
      .column('client_id')
      .expression(sql`coalesce(last_used_at, created_at)`)
      .execute()
  },
}
