import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a grant needs to be refreshed and to show its use, and the count of what token checks must hear of. */
export const refreshTokens: Migration = {
  async up(db) {
    for (const [name, type] of [
      ['refresh_hash', 'text'],
      ['refresh_previous_hash', 'text'],
      ['refresh_rotated_at', 'bigint'],
      ['refresh_expires_at', 'bigint'],
      ['refresh_ends_at', 'bigint'],
      ['last_used_at', 'bigint'],
      ['last_used_address', 'text'],
    ] as const) {
      await db.schema.alterTable('tapedeck_oauth_grants').addColumn(name, type).execute()
    }
    await db.schema
      .alterTable('tapedeck_oauth_device_requests')
      .addColumn('asks_refresh', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()

    await db.schema
      .createTable('tapedeck_oauth_grant_changes')
      .addColumn('changes', 'bigint', (column) => column.notNull())
      .execute()
    await sql`insert into tapedeck_oauth_grant_changes (changes) values (0)`.execute(db)
  },
}
