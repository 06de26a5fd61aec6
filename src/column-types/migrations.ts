import type { MigrationOwner } from '../store/migrate.ts'

/** The table of the column types that people set, as an owner of migrations. */
export const columnTypeMigrations: MigrationOwner = {
  name: 'column-types',
  migrations: {
    '0001-column-types': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_column_types')
          .addColumn('database_name', 'text', (column) => column.notNull())
          .addColumn('table_name', 'text', (column) => column.notNull())
          .addColumn('column_name', 'text', (column) => column.notNull())
          // Null where somebody took away the type that the configuration gives.
          .addColumn('column_type', 'text')
          .addColumn('config', 'text')
          .addPrimaryKeyConstraint('tapedeck_column_types_key', [
            'database_name',
            'table_name',
            'column_name',
          ])
          .execute()
      },
    },
  },
}
