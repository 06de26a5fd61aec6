import type { MigrationOwner } from '../store/migrate.ts'

/** The tables of the sessions, as an owner of migrations. */
export const sessionMigrations: MigrationOwner = {
  name: 'sessions',
  migrations: {
    '0001-sessions': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_sessions')
          .addColumn('session_id', 'text', (column) => column.primaryKey())
          .addColumn('owner', 'text')
          .addColumn('actor', 'text', (column) => column.notNull())
          .addColumn('created_at', 'bigint', (column) => column.notNull())
          .addColumn('expires_at', 'bigint', (column) => column.notNull())
          .addColumn('address', 'text', (column) => column.notNull())
          .addColumn('user_agent', 'text')
          .addColumn('issuer', 'text')
          .addColumn('subject', 'text')
          .addColumn('sid', 'text')
          .addColumn('id_token', 'text')
          .execute()
        for (const [name, columns] of [
          ['owner', ['owner']],
          ['expires_at', ['expires_at']],
          ['sid', ['issuer', 'sid']],
          ['subject', ['issuer', 'subject']],
        ] as const) {
          await db.schema
            .createIndex(`tapedeck_sessions_by_${name}`)
            .on('tapedeck_sessions')
            .columns([...columns])
            .execute()
        }
      },
    },
  },
}
