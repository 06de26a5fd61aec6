import type { Database } from '../../database/database.ts'
import type { JsonObject } from '../../http/json.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { changedParameters, queryString } from '../links.ts'
import { listedQueryJson } from '../stored-query-json.ts'
import type { QueryList } from './list.ts'

/** The document of a list of stored queries (host.md §9.9); of all databases where `database` is null. */
export function queryListJson(
  { urls }: Pick<FeatureDeps, 'urls'>,
  c: AppContext,
  database: Database | null,
  { items, next, filters, paging, path, facets }: QueryList,
): JsonObject {
  const query = parametersOf(c)
  const nextQuery = next === null ? null : queryString(changedParameters(query, ['_next'], [['_next', next]]))
  return {
    ok: true,
    database: database?.name ?? null,
    database_color: database?.color ?? null,
    queries: items.map((listed) => listedQueryJson(listed.database.name, listed)),
    next,
    next_url: nextQuery === null ? null : `${urls.origin(c.req.raw)}${path}.json${nextQuery}`,
    limit: paging.size,
    show_private_note: items.some((listed) => listed.query.is_private),
    show_trusted_note: items.some((listed) => listed.query.is_trusted),
    query_list_path: path,
    show_database: database === null,
    facets,
    filters,
  }
}
