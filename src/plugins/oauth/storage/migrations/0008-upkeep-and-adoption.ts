import type { Migration } from 'kysely/migration'

/** Grants that have ended are found by when they did; and which clients of datasette-oauth were taken over. */
export const upkeepAndAdoption: Migration = {
  async up(db) {
    await db.schema
      .createIndex('tapedeck_oauth_grants_by_ended_at')
      .on('tapedeck_oauth_grants')
      .column('ended_at')
      .execute()
    await db.schema
      .createTable('tapedeck_oauth_adopted_clients')
      .addColumn('client_id', 'text', (column) => column.primaryKey())
      .addColumn('adopted_at', 'bigint', (column) => column.notNull())
      .execute()
  },
}
