import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Migration } from 'kysely/migration'
import { systemClock } from '../clock.ts'
import { auditMigrations } from '../events/audit-tables.ts'
import type { Logger } from '../log.ts'
import { fail, type Result } from '../result.ts'
import { savedQueryMigrations } from '../saved-queries/migrations.ts'
import { columnTypeMigrations } from '../column-types/migrations.ts'
import { idempotencyMigrations } from '../idempotency/migrations.ts'
import { sessionMigrations } from '../sessions/migrations.ts'
import { openStore, type Store } from '../store/connect.ts'
import { migrateStore, type MigrationOwner } from '../store/migrate.ts'
import { formatStoreFault } from '../store/store-fault.ts'

/** The tables of the server itself; those of plugins come after them. */
export const HOST_MIGRATIONS: readonly MigrationOwner[] = [
  sessionMigrations,
  savedQueryMigrations,
  auditMigrations,
  columnTypeMigrations,
  idempotencyMigrations,
]

/**
 * Opens the internal database and brings it up to date. The failure is a sentence. Whoever opens it destroys it.
 *
 * What an older version has left can be large, and nothing answers while a step of that takes its time: the log says what is done.
 */
export async function openInternalDatabase(
  path: string,
  plugins: readonly MigrationOwner[],
  log: Logger,
): Promise<Result<Store, string>> {
  const isNew = !existsSync(path)
  const store = openStore(path)
  if (!store.ok) return fail(formatStoreFault(path, store.error))
  const owners = [...HOST_MIGRATIONS, ...plugins]
  const migrated = await migrateStore(
    store.value,
    isNew ? owners : owners.map((owner) => announced(owner, log)),
    systemClock,
  )
  if (migrated.ok) return store
  await store.value.destroy()
  return fail(formatStoreFault(path, migrated.error))
}

/** How long a line of the log has to be written before a migration lets nothing else happen, in milliseconds. */
const TO_WRITE_MS = 50

/** The same migrations; each names itself in the log before it runs. */
function announced({ migrations, name: owner }: MigrationOwner, log: Logger): MigrationOwner {
  const told = Object.entries(migrations).map(([name, migration]): [string, Migration] => {
    const up: Migration['up'] = async (db) => {
      log.info({ migration: `${owner}/${name}` }, 'internal.migrating')
      await wait(TO_WRITE_MS)
      await migration.up(db)
    }
    return [name, { ...migration, up }]
  })
  return { name: owner, migrations: Object.fromEntries(told) }
}
