import type { Authenticator } from '../auth/authenticate.ts'
import type { PersonId } from '../auth/person-id.ts'
import type { SavedQueries } from '../saved-queries/saved-queries.ts'
import type { Clock } from '../clock.ts'
import type { ColumnTypes, SetColumnType } from '../column-types/column-types.ts'
import type { QueryConfig } from '../config/schema.ts'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import type { ServerProcess } from '../database/open-databases.ts'
import type { TrackEvents } from '../events/track-events.ts'
import type { JsonObject } from '../http/json.ts'
import type { Urls } from '../http/urls.ts'
import type { Permissions } from '../permissions/permissions.ts'
import type { Random } from '../random.ts'
import type { PageRenderer, Say } from '../routing/page-view.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { IdempotencyKeys } from '../idempotency/idempotency-keys.ts'
import type { TableCounts } from './table-counts.ts'

/**
 * What the features receive. They show and change people's data: each folder here is one page or endpoint with
 * its SQL, its JSON and its markup. `json/` writes answers and `cells/` shows values for all of them; the files beside
 * the folders are what else several of them need. Nothing in here
 * opens a database, knows how somebody signed in, or imports a plugin.
 */
export type FeatureDeps = {
  readonly databases: FeatureDatabases
  readonly permissions: Permissions
  readonly settings: Settings
  readonly config: DataConfig
  readonly columnTypes: ColumnTypes
  readonly counts: TableCounts
  readonly trackEvents: TrackEvents
  readonly urls: Urls
  readonly page: PageRenderer
  /** Says who a request comes from at this moment, for what takes long. */
  readonly authenticate: Authenticator
  /** Where bulk bodies are gathered. */
  readonly uploads: Uploads
  readonly idempotencyKeys: IdempotencyKeys
  readonly say: Say
  /** Where people's queries are kept. */
  readonly savedQueries: Pick<SavedQueries, 'add' | 'find' | 'update' | 'remove'>
  readonly clock: Clock
  readonly random: Random
}

/** The databases of this server. */
export type FeatureDatabases = {
  readonly list: readonly Database[]
  /** The database of exactly this name, or null. */
  find(name: string): Database | null
  /** The processes that serve them, this one first. */
  processes(): readonly ServerProcess[]
}

/** What the configuration and the metadata say about the data. A name that they do not mention gets the empty answer. */
export interface DataConfig {
  /** The whole configuration as it was written. */
  asWritten(): JsonObject
  /** Title, description, licence and so on of the instance. */
  instanceMetadata(): JsonObject
  databaseMetadata(database: string): JsonObject
  tableMetadata(database: string, table: string): JsonObject
  table(database: string, table: string): TableConfig
  /** The queries that are stored for a database, by name. */
  queries(database: string): readonly StoredQuery[]
  /** The stored query of exactly this name, or null. */
  query(database: string, name: string): StoredQuery | null
}

/** A query that has a name, which is its address (host.md §9.9). Keys are those of the configuration. */
export type StoredQuery = Omit<QueryConfig, 'allow' | 'permissions'> & {
  readonly name: string
  /** Whether the configuration has it, or somebody has saved it. */
  readonly source: 'config' | 'user'
  /** Whether it is its owner's alone. */
  readonly is_private: boolean
  readonly owner_id: PersonId | null
}

/** How one table is shown (host.md §5.1). */
export type TableConfig = {
  /** Hidden tables are left out of the lists on pages; who knows the address still reaches them. */
  readonly hidden: boolean
  /** Rows on a page, or null for the setting. */
  readonly size: number | null
  /** The order when the address does not ask for one, or null for the order of the key. */
  readonly sort: Sort | null
  /** The only columns that may be sorted by, or null for all. */
  readonly sortableColumns: readonly string[] | null
  /** The column by which rows of this table are called where others refer to them; null to find one. */
  readonly labelColumn: string | null
  /** Facets that are always counted. */
  readonly facets: readonly { readonly kind: 'column' | 'date' | 'array'; readonly column: string }[]
  /** How many values a facet shows, or null for the setting. */
  readonly facetSize: number | null
  /** Where words are looked up: a full-text table and the column that holds its row numbers, null to find them. */
  readonly fullText: {
    readonly table: string | null
    readonly key: string | null
    /** Whether searches are in SQLite's own language. */
    readonly isRaw: boolean
  }
  /** Types that the configuration gives to columns, by name (host.md §5.1). */
  readonly columnTypes: Readonly<Record<string, SetColumnType>>
}

/** An order by one column. */
export type Sort = { readonly column: string; readonly descending: boolean }
