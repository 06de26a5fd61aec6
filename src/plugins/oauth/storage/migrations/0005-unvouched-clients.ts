import type { Migration } from 'kysely/migration'

/** What is known beside the row in `tapedeck_oauth_clients` of an app that nobody here registered. */
export const unvouchedClients: Migration = {
  async up(db) {
    await db.schema
      .createTable('tapedeck_oauth_unvouched_clients')
      .addColumn('client_id', 'text', (column) =>
        column.primaryKey().references('tapedeck_oauth_clients.client_id'),
      )
      .addColumn('network', 'text')
      .addColumn('registered_at', 'bigint', (column) => column.notNull())
      .addColumn('granted_at', 'bigint')
      .addColumn('declared', 'text', (column) => column.notNull())
      .execute()
    for (const [name, columns] of [
      ['network', ['network', 'granted_at']],
      ['granted_at', ['granted_at', 'registered_at']],
      ['registered_at', ['registered_at']],
    ] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_unvouched_clients_by_${name}`)
        .on('tapedeck_oauth_unvouched_clients')
        .columns([...columns])
        .execute()
    }
  },
}
