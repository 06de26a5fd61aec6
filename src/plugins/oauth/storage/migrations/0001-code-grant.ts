import type { Migration } from 'kysely/migration'

/** Clients, grants, codes, decided consent pages and the audit trail. */
export const codeGrant: Migration = {
  async up(db) {
    await db.schema
      .createTable('tapedeck_oauth_clients')
      .addColumn('client_id', 'text', (column) => column.primaryKey())
      .addColumn('client_name', 'text', (column) => column.notNull())
      .addColumn('client_type', 'text', (column) => column.notNull())
      .addColumn('redirect_uris', 'text', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_clients_by_owner')
      .on('tapedeck_oauth_clients')
      .columns(['created_by', 'position'])
      .execute()

    await db.schema
      .createTable('tapedeck_oauth_client_secrets')
      .addColumn('secret_id', 'text', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) =>
        column.notNull().references('tapedeck_oauth_clients.client_id'),
      )
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('position', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_client_secrets_by_client')
      .on('tapedeck_oauth_client_secrets')
      .columns(['client_id', 'position'])
      .execute()

    await db.schema
      .createTable('tapedeck_oauth_grants')
      .addColumn('grant_id', 'text', (column) => column.primaryKey())
      .addColumn('client_id', 'text', (column) =>
        column.notNull().references('tapedeck_oauth_clients.client_id'),
      )
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('resource', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_grants_by_client')
      .on('tapedeck_oauth_grants')
      .column('client_id')
      .execute()

    await db.schema
      .createTable('tapedeck_oauth_codes')
      .addColumn('code_hash', 'text', (column) => column.primaryKey())
      .addColumn('grant_id', 'text', (column) =>
        column.notNull().references('tapedeck_oauth_grants.grant_id'),
      )
      .addColumn('client_id', 'text', (column) => column.notNull())
      .addColumn('redirect_uri', 'text', (column) => column.notNull())
      .addColumn('code_challenge', 'text')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute()
    for (const column of ['grant_id', 'client_id', 'expires_at'] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_codes_by_${column}`)
        .on('tapedeck_oauth_codes')
        .column(column)
        .execute()
    }

    await db.schema
      .createTable('tapedeck_oauth_consent_nonces')
      .addColumn('nonce_hash', 'text', (column) => column.primaryKey())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_consent_nonces_by_expires_at')
      .on('tapedeck_oauth_consent_nonces')
      .column('expires_at')
      .execute()

    await db.schema
      .createTable('tapedeck_oauth_audit')
      .addColumn('entry_id', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('event', 'text', (column) => column.notNull())
      .addColumn('actor_id', 'text')
      .addColumn('client_id', 'text')
      .addColumn('grant_id', 'text')
      .addColumn('address', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('tapedeck_oauth_audit_by_client')
      .on('tapedeck_oauth_audit')
      .columns(['client_id', 'event', 'at'])
      .execute()
  },
}
