import type { Kysely } from 'kysely'
import { loadPersonId, storePersonId } from '../auth/person-id.ts'
import type { EpochSeconds } from '../clock.ts'
import type { Store } from '../store/connect.ts'
import { queryContentSchema, type QueryContent, type SavedQuery } from './saved-query.ts'

type QueryTables = {
  readonly tapedeck_queries: {
    readonly database_name: string
    readonly name: string
    /** As `storePersonId` writes it. */
    readonly owner: string | null
    /** A `QueryContent`, JSON. */
    readonly query: string
    readonly created_at: EpochSeconds
    readonly updated_at: EpochSeconds
  }
}

/**
 * The queries that people save, in the internal database. Rules and addresses ask for them all the time, so they are held in memory
 * too, and read again when this process changes one and with the first request of each second: another process may share the
 * database.
 */
export class SavedQueries {
  readonly #db: Kysely<QueryTables>
  readonly #isConfigured: (database: string, name: string) => boolean
  #byDatabase: ReadonlyMap<string, ReadonlyMap<string, SavedQuery>> = new Map()
  #readAt: EpochSeconds | null = null
  #reading: Promise<void> | null = null

  /** `isConfigured`: whether the configuration has a query of that name. It stands before a saved one, and gets none of its rules. */
  constructor(store: Store, isConfigured: (database: string, name: string) => boolean) {
    this.#db = store.$extendTables<QueryTables>()
    this.#isConfigured = isConfigured
  }

  /** All of a database, by name. */
  of(database: string): readonly SavedQuery[] {
    return [...(this.#byDatabase.get(database)?.values() ?? [])]
  }

  /** The one of exactly this name, or null. */
  find(database: string, name: string): SavedQuery | null {
    return this.#byDatabase.get(database)?.get(name) ?? null
  }

  /** All of all databases. */
  all(): readonly SavedQuery[] {
    return [...this.#byDatabase.values()].flatMap((queries) => [...queries.values()])
  }

  /** Reads them again, unless that was done in this second. */
  async keepUp(now: EpochSeconds): Promise<void> {
    if (this.#readAt === now) return
    this.#reading ??= this.#read(now).finally(() => (this.#reading = null))
    await this.#reading
  }

  /** Saves a query. False when there is one of its name: of any number at the same time one is saved. */
  async add({ database, name, owner, content }: SavedQuery, now: EpochSeconds): Promise<boolean> {
    const added = await this.#db
      .insertInto('tapedeck_queries')
      .values({
        database_name: database,
        name,
        owner: owner === null ? null : storePersonId(owner),
        query: JSON.stringify(content),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    await this.#read(now)
    return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
  }

  /** Changes what a query says, if it still says `from`. False when it does not, or is gone. */
  async update(
    { database, name, content: from }: SavedQuery,
    content: QueryContent,
    now: EpochSeconds,
  ): Promise<boolean> {
    const updated = await this.#db
      .updateTable('tapedeck_queries')
      .set({ query: JSON.stringify(content), updated_at: now })
      .where('database_name', '=', database)
      .where('name', '=', name)
      .where('query', '=', JSON.stringify(from))
      .executeTakeFirst()
    await this.#read(now)
    return updated.numUpdatedRows > 0n
  }

  /** Removes a query. */
  async remove(database: string, name: string, now: EpochSeconds): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('tapedeck_queries')
      .where('database_name', '=', database)
      .where('name', '=', name)
      .executeTakeFirst()
    await this.#read(now)
    return numDeletedRows > 0n
  }

  async #read(now: EpochSeconds): Promise<void> {
    const rows = await this.#db
      .selectFrom('tapedeck_queries')
      .select(['database_name', 'name', 'owner', 'query'])
      .orderBy('database_name')
      .orderBy('name')
      .execute()
    const byDatabase = new Map<string, Map<string, SavedQuery>>()
    for (const { database_name: database, name, owner, query } of rows) {
      if (this.#isConfigured(database, name)) continue
      const content = queryContentSchema.parse(JSON.parse(query))
      const queries = byDatabase.get(database) ?? new Map<string, SavedQuery>()
      byDatabase.set(database, queries)
      queries.set(name, { database, name, owner: owner === null ? null : loadPersonId(owner), content })
    }
    this.#byDatabase = byDatabase
    this.#readAt = now
  }
}
