import type { MigrationOwner } from '../store/migrate.ts'

/** The table of the keys of repeated requests, as an owner of migrations. */
export const idempotencyMigrations: MigrationOwner = {
  name: 'idempotency',
  migrations: {
    '0001-keys': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_idempotency_keys')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('owner', 'text', (column) => column.notNull())
          .addColumn('fingerprint', 'text', (column) => column.notNull())
          .addColumn('status', 'integer')
          .addColumn('body', 'text')
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .addColumn('expires_at', 'bigint', (column) => column.notNull())
          .execute()
        await db.schema
          .createIndex('tapedeck_idempotency_keys_by_owner')
          .on('tapedeck_idempotency_keys')
          .columns(['owner', 'created_at'])
          .execute()
        await db.schema
          .createIndex('tapedeck_idempotency_keys_by_expires_at')
          .on('tapedeck_idempotency_keys')
          .columns(['expires_at'])
          .execute()
      },
    },
    // What is to be dropped is found without looking at all that is kept.
    '0002-places': {
      async up(db) {
        for (const column of ['place', 'characters_before']) {
          await db.schema.alterTable('tapedeck_idempotency_keys').addColumn(column, 'integer').execute()
          await db.schema
            .createIndex(`tapedeck_idempotency_keys_by_${column}`)
            .on('tapedeck_idempotency_keys')
            .columns(['owner', column])
            .execute()
        }
        await db.schema.dropIndex('tapedeck_idempotency_keys_by_owner').execute()
      },
    },
  },
}
