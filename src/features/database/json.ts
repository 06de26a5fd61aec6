import type { Actor } from '../../auth/actor.ts'
import type { Database, ForeignKey, Table } from '../../database/database.ts'
import { sortedForeignKeys } from '../../database/foreign-keys.ts'
import type { JsonObject } from '../../http/json.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databasePath } from '../links.ts'
import { byName, type Listing } from '../listing.ts'
import { queriesFor } from '../stored-queries.ts'
import { listedQueryJson } from '../stored-query-json.ts'
import { isTruncated, type RowCount } from '../table-counts.ts'

/** Stored queries that the document describes, and the page names. */
export const LISTED_QUERIES = 5

/**
 * The document at `/:database.json` (host.md §9.2): every table and view that this reader may see. Foreign keys to
 * and from other tables are left out, because they would give away their names.
 */
export function databaseJson(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
  listing: Listing,
  counts: ReadonlyMap<string, RowCount>,
): JsonObject {
  const { permissions, config, urls } = deps
  const hides = (name: string) =>
    isPrivate(permissions, actor, 'view-table', tableResource(database.name, name))
  const mayRunSql = permissions.allows(actor, 'execute-sql', databaseResource(database.name))

  const hidden = new Set(listing.hidden.map(({ name }) => name))
  const tables = tablesOf(database, listing)
  const seen = new Set(tables.map(({ name }) => name))
  const queries = queriesFor(deps, actor, database)

  return {
    ok: true,
    database: database.name,
    private: isPrivate(permissions, actor, 'view-database', databaseResource(database.name)),
    path: urls.path(databasePath(database.name)),
    size: database.sizeInBytes(),
    tables: tables.map((table) => ({
      name: table.name,
      columns: table.columns.map((column) => column.name),
      primary_keys: table.primaryKeys,
      count: counts.get(table.name) ?? null,
      count_truncated: isTruncated(counts.get(table.name) ?? null),
      hidden: hidden.has(table.name),
      fts_table: table.ftsTable,
      foreign_keys: {
        incoming: foreignKeys(table.foreignKeys.incoming, seen),
        outgoing: foreignKeys(sortedForeignKeys(table.foreignKeys.outgoing), seen),
      },
      private: hides(table.name),
    })),
    hidden_count: listing.hidden.length,
    views: listing.views.map((name) => ({ name, private: hides(name) })),
    queries: queries.slice(0, LISTED_QUERIES).map((query) => listedQueryJson(database.name, query)),
    queries_more: queries.length > LISTED_QUERIES,
    queries_count: queries.length,
    allow_execute_sql: mayRunSql,
    table_columns: mayRunSql ? tableColumns(tables, listing.views) : {},
    metadata: config.databaseMetadata(database.name),
  }
}

/** Every table that this reader may see: hidden ones after the others. */
export function tablesOf(database: Database, { tables, hidden }: Listing): readonly Table[] {
  const schema = database.schema()
  return [...tables, ...hidden].map(({ name }) => schema.table(name)).filter((table) => table !== null)
}

function foreignKeys(keys: readonly ForeignKey[], seen: ReadonlySet<string>): readonly JsonObject[] {
  return keys
    .filter(({ otherTable }) => seen.has(otherTable))
    .map(({ otherTable, column, otherColumn }) => ({
      other_table: otherTable,
      column,
      other_column: otherColumn,
    }))
}

/** The names that an SQL editor completes. Views have no columns here, as in Datasette. */
export function tableColumns(tables: readonly Table[], views: readonly string[]): JsonObject {
  const ofTables = tables.map(
    (table) => [table.name, table.columns.map((column) => column.name).sort(byName)] as const,
  )
  return Object.fromEntries([...ofTables, ...views.map((name) => [name, []] as const)])
}
