import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Lets people take back a part of a grant, and lists grants and the audit trail page by page, newest first. */
export const grantLists: Migration = {
  async up(db) {
    await db.schema.alterTable('tapedeck_oauth_grants').addColumn('narrowed_at', 'bigint').execute()
    await db.schema.alterTable('tapedeck_oauth_grants').addColumn('ends_at', 'bigint').execute()
    // Whoever looks for the grants of a person looks for those that live.
    await db.schema.dropIndex('tapedeck_oauth_grants_by_user_id').execute()
    await sql`update tapedeck_oauth_grants set ends_at = refresh_ends_at`.execute(db)

    for (const [name, columns] of [
      ['time', []],
      ['person', ['user_id']],
      ['app', ['client_id']],
    ] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_live_grants_by_${name}`)
        .on('tapedeck_oauth_grants')
        .columns([...columns, 'created_at', 'grant_id'])
        .where(sql.ref('ended_at'), 'is', null)
        .execute()
    }
    for (const [name, columns] of [
      ['time', []],
      ['person', ['actor_id']],
      ['app', ['client_id']],
      ['grant', ['grant_id']],
    ] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_audit_by_${name}`)
        .on('tapedeck_oauth_audit')
        .columns([...columns, 'at', 'entry_id'])
        .execute()
    }
  },
}
