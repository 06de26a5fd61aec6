import type { MigrationOwner } from '../store/migrate.ts'

/** The table of the queries that people save, as an owner of migrations. */
export const savedQueryMigrations: MigrationOwner = {
  name: 'saved-queries',
  migrations: {
    '0001-queries': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_queries')
          .addColumn('database_name', 'text', (column) => column.notNull())
          .addColumn('name', 'text', (column) => column.notNull())
          .addColumn('owner', 'text')
          .addColumn('query', 'text', (column) => column.notNull())
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .addColumn('updated_at', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('tapedeck_queries_key', ['database_name', 'name'])
          .execute()
      },
    },
  },
}
