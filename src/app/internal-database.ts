import { systemClock } from '../clock.ts'
import { auditMigrations } from '../events/audit-tables.ts'
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

/** Opens the internal database and brings it up to date. The failure is a sentence. Whoever opens it destroys it. */
export async function openInternalDatabase(
  path: string,
  plugins: readonly MigrationOwner[],
): Promise<Result<Store, string>> {
  const store = openStore(path)
  if (!store.ok) return fail(formatStoreFault(path, store.error))
  const migrated = await migrateStore(store.value, [...HOST_MIGRATIONS, ...plugins], systemClock)
  if (migrated.ok) return store
  await store.value.destroy()
  return fail(formatStoreFault(path, migrated.error))
}
