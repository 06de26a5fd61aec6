import type { Database } from '../../database/database.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { changedParameters, queryListPath, queryString } from '../links.ts'
import { storedQueryLink } from '../stored-queries.ts'
import { queryFacets } from './facets.ts'
import { passes, requireFilters } from './filters.ts'
import { queryListJson } from './json.ts'
import { pageOf, placedQueries, requireListPaging, type QueryList } from './list.ts'
import { QueryListPage } from './page.tsx'

/** How many queries an answer holds when it does not say. */
const JSON_SIZE = 50
const PAGE_SIZE = 20

/** `GET /-/queries{.json}` and `GET /:database/-/queries{.json}` (host.md §9.9). */
export const queryListHandler =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Response | Promise<Response> => {
    const isJson = params['format'] === 'json'
    const name = params['database']
    const database = name === undefined ? null : requireDatabase(deps.databases, name)
    const list = askedList(deps, c, database, isJson ? JSON_SIZE : PAGE_SIZE)
    return isJson
      ? jsonAnswer(c, [JSON.stringify(queryListJson(deps, c, database, list))], dataHeaders(c))
      : answerPage(deps, c, database, list)
  }

function askedList(deps: FeatureDeps, c: AppContext, database: Database | null, size: number): QueryList {
  const query = parametersOf(c)
  const filters = requireFilters(query)
  const paging = requireListPaging(query, size)
  const all = placedQueries(deps, c.get('actor'), database === null ? deps.databases.list : [database])
  const page = pageOf(
    all.filter((placed) => passes(filters, placed.query)),
    paging,
  )
  const path = deps.urls.path(queryListPath(database?.name ?? null))
  return { ...page, filters, paging, path, facets: queryFacets(all, filters, path, query) }
}

function answerPage(
  deps: FeatureDeps,
  c: AppContext,
  database: Database | null,
  { items, next, filters, paging, path, facets }: QueryList,
): Promise<Response> {
  const { urls } = deps
  const query = parametersOf(c)
  const jsonPath = `${path}.json${queryString(query)}`
  const at = (token: readonly (readonly [string, string])[]) =>
    path + queryString(changedParameters(query, ['_next'], token))
  return deps.page(c, {
    title: database === null ? 'Queries' : `${database.name}: queries`,
    width: 'wide',
    crumbs: database === null ? [] : crumbsTo(deps, c.get('actor'), database.name),
    headers: { ...dataHeaders(c), ...alternateLink(urls.origin(c.req.raw) + jsonPath) },
    body: (
      <QueryListPage
        database={database?.name ?? null}
        action={path}
        filters={filters}
        facets={facets}
        items={items.map((placed) => ({
          ...placed,
          database: placed.database.name,
          path: urls.path(storedQueryLink(placed.database.name, placed.query)),
        }))}
        firstPath={paging.after === null ? null : at([])}
        nextPath={next === null ? null : at([['_next', next]])}
        jsonPath={jsonPath}
      />
    ),
  })
}
