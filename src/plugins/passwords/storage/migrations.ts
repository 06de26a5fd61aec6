import type { Migration } from 'kysely/migration'

/** What makes the tables, in order. Once released, none is edited. */
export const passwordMigrations: Readonly<Record<string, Migration>> = {
  '0001-users': {
    async up(db) {
      await db.schema
        .createTable('tapedeck_passwords_users')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('password_hash', 'text')
        .addColumn('password_set_at', 'bigint')
        .addColumn('invitation_hash', 'text', (column) => column.unique())
        .addColumn('invitation_expires_at', 'bigint')
        .execute()
      await db.schema
        .createTable('tapedeck_passwords_attempts')
        .addColumn('attempt_id', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute()
      for (const [name, columns] of [
        ['subject', ['subject', 'at']],
        ['attempt_id', ['attempt_id']],
        ['at', ['at']],
      ] as const) {
        await db.schema
          .createIndex(`tapedeck_passwords_attempts_by_${name}`)
          .on('tapedeck_passwords_attempts')
          .columns([...columns])
          .execute()
      }
    },
  },
}
