import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Whose access an entry of the trail is about, and what was given or left. */
export const auditOfAccess: Migration = {
  async up(db) {
    await db.schema.alterTable('tapedeck_oauth_audit').addColumn('owner_id', 'text').execute()
    await db.schema.alterTable('tapedeck_oauth_audit').addColumn('scopes', 'text').execute()
    await sql`update tapedeck_oauth_audit set owner_id =
      (select user_id from tapedeck_oauth_grants as given where given.grant_id = tapedeck_oauth_audit.grant_id)
      where grant_id is not null`.execute(db)
    await db.schema
      .createIndex('tapedeck_oauth_audit_by_owner')
      .on('tapedeck_oauth_audit')
      .columns(['owner_id', 'at', 'entry_id'])
      .execute()
  },
}
