import type { Migration } from 'kysely/migration'
import type { Clock } from '../clock.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Store } from './connect.ts'
import { storeFaultOf, type StoreFault } from './store-fault.ts'

/** Somebody with tables in the internal database, usually a plugin. */
export type MigrationOwner = {
  readonly name: string
  /** By name; run in name order. Once released, a migration is never edited, renamed or removed. */
  readonly migrations: Readonly<Record<string, Migration>>
}

/** Which migrations have run. The name keeps clear of the tables that Datasette has in its internal database. */
type MigrationTables = {
  tapedeck_migrations: {
    /** `owner/migration`. */
    name: string
    /** In seconds since 1970. */
    applied_at: number
  }
}

/**
 * Brings the internal database up to date: every migration that has not run yet runs, all of them in one
 * transaction or none. Of several processes that start at the same time the first one migrates, and the
 * others wait, five seconds at most (`NodeSqliteDialect`), and find nothing left to do. Tables of an owner that is no longer there are left alone.
 */
export async function migrateStore(
  store: Store,
  owners: readonly MigrationOwner[],
  clock: Clock,
): Promise<Result<void, StoreFault>> {
  try {
    // The transaction takes the write lock before anything is read: see `NodeSqliteDialect`.
    return await store
      .withTables<MigrationTables>()
      .transaction()
      .execute(async (transaction) => {
        await transaction.schema
          .createTable('tapedeck_migrations')
          .ifNotExists()
          .addColumn('name', 'text', (column) => column.primaryKey().notNull())
          .addColumn('applied_at', 'integer', (column) => column.notNull())
          .execute()
        const rows = await transaction.selectFrom('tapedeck_migrations').select('name').execute()
        const applied = new Set(rows.map((row) => row.name))

        const known = inOrder(owners)
        const unknown = unknownMigrations(applied, owners, known)
        if (unknown.length > 0) return fail({ reason: 'newer', migrations: unknown })

        for (const [name, migration] of known) {
          if (applied.has(name)) continue
          await migration.up(transaction)
          await transaction
            .insertInto('tapedeck_migrations')
            .values({ name, applied_at: clock.now() })
            .execute()
        }
        return ok(undefined)
      })
  } catch (error) {
    const fault = storeFaultOf(error)
    if (fault === null) throw error
    return fail(fault)
  }
}

/** Every migration by its full name: owners in the order given, their migrations by name. */
function inOrder(owners: readonly MigrationOwner[]): ReadonlyMap<string, Migration> {
  return new Map(
    owners.flatMap((owner) =>
      Object.entries(owner.migrations)
        .map(([name, migration]) => [`${owner.name}/${name}`, migration] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  )
}

/** Migrations that ran for an owner who does not know them: only a newer version can have brought them. */
function unknownMigrations(
  applied: ReadonlySet<string>,
  owners: readonly MigrationOwner[],
  known: ReadonlyMap<string, Migration>,
): readonly string[] {
  return [...applied]
    .filter((name) => !known.has(name) && owners.some((owner) => name.startsWith(`${owner.name}/`)))
    .sort()
}
