import type { Migration } from 'kysely/migration'

/** Finds the grants of a person without reading everybody's. */
export const grantsByPerson: Migration = {
  async up(db) {
    await db.schema
      .createIndex('tapedeck_oauth_grants_by_user_id')
      .on('tapedeck_oauth_grants')
      .column('user_id')
      .execute()
  },
}
