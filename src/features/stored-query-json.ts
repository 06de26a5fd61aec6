import type { JsonObject } from '../http/json.ts'
import type { StoredQuery } from './feature-deps.ts'
import type { ListedQuery } from './stored-queries.ts'

/** A stored query as documents describe it (host.md §9.9). Its `parameters` are those that the configuration names. */
export function storedQueryJson(database: string, query: StoredQuery): JsonObject {
  return {
    database,
    name: query.name,
    sql: query.sql,
    title: query.title ?? null,
    description: query.description ?? null,
    description_html: query.description_html ?? null,
    hide_sql: query.hide_sql ?? false,
    fragment: query.fragment ?? null,
    parameters: query.params ?? [],
    is_write: query.write ?? false,
    is_private: query.is_private,
    is_trusted: query.is_trusted,
    source: query.source,
    owner_id: query.owner_id,
    on_success_message: query.on_success_message ?? null,
    on_success_message_sql: query.on_success_message_sql ?? null,
    on_success_redirect: query.on_success_redirect ?? null,
    on_error_message: query.on_error_message ?? null,
    on_error_redirect: query.on_error_redirect ?? null,
  }
}

/** The same in a list. */
export function listedQueryJson(database: string, { query, isPrivate }: ListedQuery): JsonObject {
  return { ...storedQueryJson(database, query), private: isPrivate }
}
