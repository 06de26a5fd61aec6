import type { JsonObject } from '../../http/json.ts'
import type { Urls } from '../../http/urls.ts'
import { databasePath } from '../links.ts'
import { UNSTABLE } from '../unstable.ts'
import type { NamedTable, NamedView, Overview } from './overview.ts'

/** The document at `/.json` (host.md §9.1). Numbers that were not counted are null, sums of them 0. */
export function homeJson(overviews: readonly Overview[], metadata: JsonObject, urls: Urls): JsonObject {
  return {
    ok: true,
    unstable: UNSTABLE,
    databases: overviews.map((overview) => databaseJson(overview, urls)),
    metadata,
  }
}

function databaseJson(overview: Overview, urls: Urls): JsonObject {
  const { database, rows } = overview
  return {
    name: database.name,
    hash: database.hash,
    color: database.color,
    path: urls.path(databasePath(database.name)),
    tables_and_views_truncated: overview.named.map((item) =>
      item.kind === 'table' ? tableJson(item) : viewJson(item),
    ),
    tables_and_views_more: overview.hasMore,
    tables_count: overview.tableCount,
    table_rows_sum: rows?.tables ?? 0,
    show_table_row_counts: rows !== null,
    hidden_table_rows_sum: rows?.hidden ?? 0,
    hidden_tables_count: overview.hiddenCount,
    views_count: overview.viewCount,
    private: overview.isPrivate,
  }
}

function tableJson({ table, count, relationships, isPrivate }: NamedTable): JsonObject {
  return {
    name: table.name,
    columns: table.columns.map((column) => column.name),
    primary_keys: table.primaryKeys,
    count,
    hidden: false,
    fts_table: table.ftsTable,
    num_relationships_for_sorting: relationships,
    private: isPrivate,
  }
}

function viewJson({ name, isPrivate }: NamedView): JsonObject {
  return { name, private: isPrivate }
}
