import type { Migration } from 'kysely/migration'

/** Counts apps that register themselves by site as well, since one site has many networks. */
export const unvouchedClientsBySite: Migration = {
  async up(db) {
    await db.schema.alterTable('tapedeck_oauth_unvouched_clients').addColumn('site_network', 'text').execute()
    await db.schema
      .createIndex('tapedeck_oauth_unvouched_clients_by_site_network')
      .on('tapedeck_oauth_unvouched_clients')
      .columns(['site_network', 'granted_at'])
      .execute()
  },
}
