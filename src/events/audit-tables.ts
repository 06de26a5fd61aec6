import type { Generated } from 'kysely'
import type { EpochSeconds } from '../clock.ts'
import type { MigrationOwner } from '../store/migrate.ts'
import type { EventName } from './event.ts'

/** The table of the trail. Rows are added and, when they are old, removed; none is ever changed. */
export type AuditTables = {
  readonly tapedeck_audit: {
    readonly entry_id: Generated<number>
    readonly at: EpochSeconds
    readonly event: EventName
    /** As `storePersonId` writes it; null for nobody, and for an actor without an id. */
    readonly actor_id: string | null
    /** 1 for a request that came with an API token. */
    readonly is_token: 0 | 1
    /** The app, as it was called then, and the grant that its token came from; null for other requests. */
    readonly client_id: string | null
    readonly client_name: string | null
    readonly grant_id: string | null
    readonly address: string
    readonly database_name: string | null
    readonly table_name: string | null
    /** The key of the row, a JSON array of texts. */
    readonly pks: string | null
    readonly num_rows: number | null
    /** What else the event says, a JSON object; never a value of a row. */
    readonly details: string | null
  }
}

/** The table of the trail, as an owner of migrations. */
export const auditMigrations: MigrationOwner = {
  name: 'audit',
  migrations: {
    '0001-audit': {
      async up(db) {
        await db.schema
          .createTable('tapedeck_audit')
          .addColumn('entry_id', 'integer', (column) => column.primaryKey().autoIncrement())
          .addColumn('at', 'bigint', (column) => column.notNull())
          .addColumn('event', 'text', (column) => column.notNull())
          .addColumn('actor_id', 'text')
          .addColumn('is_token', 'integer', (column) => column.notNull())
          .addColumn('client_id', 'text')
          .addColumn('client_name', 'text')
          .addColumn('grant_id', 'text')
          .addColumn('address', 'text', (column) => column.notNull())
          .addColumn('database_name', 'text')
          .addColumn('table_name', 'text')
          .addColumn('pks', 'text')
          .addColumn('num_rows', 'integer')
          .addColumn('details', 'text')
          .execute()
        for (const [name, columns] of [
          ['at', ['at']],
          ['actor', ['actor_id', 'at']],
          ['client', ['client_id', 'at']],
          ['table', ['database_name', 'table_name', 'at']],
        ] as const) {
          await db.schema
            .createIndex(`tapedeck_audit_by_${name}`)
            .on('tapedeck_audit')
            .columns([...columns])
            .execute()
        }
      },
    },
  },
}
