import type { ColumnTypeConfig, Config, FacetConfig, QueryConfig } from '../config/schema.ts'
import type { DataConfig, Sort, StoredQuery, TableConfig } from '../features/feature-deps.ts'
import { byName } from '../features/listing.ts'
import type { JsonObject, JsonValue } from '../http/json.ts'
import type { SavedQueries } from '../saved-queries/saved-queries.ts'
import type { SavedQuery } from '../saved-queries/saved-query.ts'

/** What the configuration says of the data, in the form that the features ask for it. */
export function createDataConfig(
  { databases = {}, metadata, asWritten }: Config,
  saved: Pick<SavedQueries, 'find' | 'of'>,
): DataConfig {
  const queriesOf = (database: string) => own(databases, database)?.queries ?? {}
  const databaseMetadata = (database: string) => child(child(metadata, 'databases'), database)

  return {
    asWritten: () => asWritten,
    instanceMetadata: () => without(metadata, ['databases']),
    databaseMetadata: (database) => without(databaseMetadata(database), ['tables', 'queries']),
    tableMetadata: (database, table) => child(child(databaseMetadata(database), 'tables'), table),
    table: (database, table) => {
      const config = own(own(databases, database)?.tables ?? {}, table)
      return {
        hidden: config?.hidden ?? false,
        size: config?.size ?? null,
        sort: sortOf(config?.sort, config?.sort_desc),
        sortableColumns: config?.sortable_columns ?? null,
        labelColumn: config?.label_column ?? null,
        facets: (config?.facets ?? []).map(facetOf),
        facetSize: config?.facet_size ?? null,
        fullText: {
          table: config?.fts_table ?? null,
          key: config?.fts_pk ?? null,
          isRaw: config?.searchmode === 'raw',
        },
        columnTypes: Object.fromEntries(
          Object.entries(config?.column_types ?? {}).map(([column, type]) => [column, columnTypeOf(type)]),
        ),
      }
    },
    queries: (database) =>
      [
        ...Object.entries(queriesOf(database)).map(([name, query]) => configured(name, query)),
        ...saved.of(database).map(savedQuery),
      ].sort((a, b) => byName(a.name, b.name)),
    query: (database, name) => {
      const query = own(queriesOf(database), name)
      if (query !== undefined) return configured(name, query)
      const found = saved.find(database, name)
      return found === null ? null : savedQuery(found)
    },
  }
}

function configured(name: string, query: QueryConfig): StoredQuery {
  return { ...query, name, source: 'config', is_private: false, owner_id: null }
}

function savedQuery({ name, owner, content }: SavedQuery): StoredQuery {
  return {
    name,
    sql: content.sql,
    title: content.title ?? undefined,
    description: content.description ?? undefined,
    description_html: undefined,
    hide_sql: content.hide_sql,
    fragment: content.fragment ?? undefined,
    params: [...content.parameters],
    write: content.is_write,
    is_trusted: false,
    on_success_message: content.on_success_message ?? undefined,
    on_success_message_sql: undefined,
    on_success_redirect: content.on_success_redirect ?? undefined,
    on_error_message: content.on_error_message ?? undefined,
    on_error_redirect: content.on_error_redirect ?? undefined,
    source: 'user',
    is_private: content.is_private,
    owner_id: owner,
  }
}

function sortOf(ascending: string | undefined, descending: string | undefined): Sort | null {
  if (ascending !== undefined) return { column: ascending, descending: false }
  return descending === undefined ? null : { column: descending, descending: true }
}

function facetOf(facet: FacetConfig): TableConfig['facets'][number] {
  if (typeof facet === 'string') return { kind: 'column', column: facet }
  return 'array' in facet ? { kind: 'array', column: facet.array } : { kind: 'date', column: facet.date }
}

function columnTypeOf(type: ColumnTypeConfig): TableConfig['columnTypes'][string] {
  return typeof type === 'string' ? { type, config: null } : { type: type.type, config: type.config ?? null }
}

/** A table called `constructor` must not find what every object has. */
function own<V>(record: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function child(parent: JsonObject, key: string): JsonObject {
  const value: JsonValue | undefined = own(parent, key)
  return typeof value === 'object' && value !== null && !isArray(value) ? value : {}
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
