import type { Migration } from 'kysely/migration'

/** Grants that have ended are found by when they did. */
export const endedGrants: Migration = {
  async up(db) {
    await db.schema
      .createIndex('tapedeck_oauth_grants_by_ended_at')
      .on('tapedeck_oauth_grants')
      .column('ended_at')
      .execute()
  },
}
