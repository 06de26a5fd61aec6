import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Grants that have ended are found by when they did, or were to at the latest; and which clients of datasette-oauth were taken over. */
export const upkeepAndAdoption: Migration = {
  async up(db) {
    for (const column of ['ended_at', 'ends_at']) {
      await db.schema
        .createIndex(`tapedeck_oauth_grants_by_${column}`)
        .on('tapedeck_oauth_grants')
        .column(column)
        .where(sql.ref(column), 'is not', null)
        .execute()
    }
    await db.schema
      .createTable('tapedeck_oauth_adopted_clients')
      .addColumn('client_id', 'text', (column) => column.primaryKey())
      .addColumn('adopted_at', 'bigint', (column) => column.notNull())
      .execute()
  },
}
