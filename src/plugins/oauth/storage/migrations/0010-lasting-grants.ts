import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Finds the grants of a person, and of those the ones to one app, that still last: those whose time is over are passed by in the index. */
export const lastingGrants: Migration = {
  async up(db) {
    await db.schema.dropIndex('tapedeck_oauth_live_grants_by_person').execute()
    for (const [name, columns] of [
      ['person', ['user_id']],
      ['person_and_app', ['user_id', 'client_id']],
    ] as const) {
      await db.schema
        .createIndex(`tapedeck_oauth_live_grants_by_${name}`)
        .on('tapedeck_oauth_grants')
        .columns([...columns])
        .expression(sql`coalesce(ends_at, 9007199254740991)`)
        .where(sql.ref('ended_at'), 'is', null)
        .execute()
    }
  },
}
