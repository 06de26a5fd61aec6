import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { COMMAND_LINE_CLIENT_ID } from '../../protocol/ids.ts'

/** Requests of devices, tries of user codes, and the client that a device is when it names none. */
export const deviceFlow: Migration = {
  async up(db) {
    await db.schema
      .createTable('tapedeck_oauth_device_requests')
      .addColumn('device_code_hash', 'text', (column) => column.primaryKey())
      .addColumn('user_code_hash', 'text', (column) => column.notNull().unique())
      .addColumn('client_id', 'text', (column) =>
        column.notNull().references('tapedeck_oauth_clients.client_id'),
      )
      .addColumn('scope', 'text', (column) => column.notNull())
      .addColumn('resource', 'text')
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('site_network', 'text', (column) => column.notNull())
      .addColumn('user_agent', 'text')
      .addColumn('requested_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('claimed_by', 'text')
      .addColumn('grant_id', 'text')
      .addColumn('token_ttl_seconds', 'bigint')
      .addColumn('interval_seconds', 'bigint', (column) => column.notNull())
      .addColumn('last_polled_at', 'bigint')
      .execute()
    for (const [name, columns] of [
      ['client_id', ['client_id']],
      ['expires_at', ['expires_at']],
      ['pending', ['status', 'expires_at']],
      ['network', ['network', 'status', 'expires_at']],
      ['site_network', ['site_network', 'status', 'expires_at']],
    ] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_device_requests_by_${name}`)
        .on('tapedeck_oauth_device_requests')
        .columns([...columns])
        .execute()
    }

    await db.schema
      .createTable('tapedeck_oauth_user_code_attempts')
      .addColumn('attempt_id', 'text', (column) => column.primaryKey())
      .addColumn('person_id', 'text', (column) => column.notNull())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute()
    for (const column of ['person_id', 'network'] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_user_code_attempts_by_${column}`)
        .on('tapedeck_oauth_user_code_attempts')
        .columns([column, 'at'])
        .execute()
    }
    await db.schema
      .createIndex('tapedeck_oauth_user_code_attempts_by_at')
      .on('tapedeck_oauth_user_code_attempts')
      .column('at')
      .execute()

    await sql`
      insert into tapedeck_oauth_clients
        (client_id, client_name, client_type, redirect_uris, created_by, created_at, position)
      values (${COMMAND_LINE_CLIENT_ID}, 'Command line', 'public', '[]', 'null', 0, 1)
    `.execute(db)
  },
}
