import type { Migration } from 'kysely/migration'

/** When a secret was last used, and the last redirect URI of a client that was refused, for its owner. */
export const clientUses: Migration = {
  async up(db) {
    await db.schema.alterTable('tapedeck_oauth_client_secrets').addColumn('last_used_at', 'bigint').execute()
    await db.schema.alterTable('tapedeck_oauth_clients').addColumn('refused_redirect_uri', 'text').execute()
    await db.schema.alterTable('tapedeck_oauth_clients').addColumn('refused_at', 'bigint').execute()
  },
}
