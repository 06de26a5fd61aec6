import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { countLimits } from '../limits.ts'
import {
  changedParameters,
  databasePath,
  queryListPath,
  queryPath,
  queryString,
  tablePath,
} from '../links.ts'
import { listingFor, type Listing } from '../listing.ts'
import { queriesFor, storedQueryLink } from '../stored-queries.ts'
import { isSwitchedOn } from '../switches.ts'
import { contentsPage } from './contents.ts'
import { databaseJson, LISTED_QUERIES } from './json.ts'
import { DatabasePage } from './page.tsx'

/** `GET /:database{.json}`: what is in a database (host.md §9.2). With `?sql=`, the way to the query page. */
export const databaseHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const isJson = params['format'] === 'json'
    const query = new URL(c.req.url).searchParams
    if ((query.get('sql') ?? '').trim() !== '') return toQueryPage(deps, c, database, isJson)

    const listing = listingFor(deps, c.get('actor'), database)
    if (!isJson) return answerPage(deps, c, database, listing, query)
    const names = [...listing.tables, ...listing.hidden].map(({ name }) => name)
    const counts = await deps.counts.count(database, names, countLimits(deps, c))
    const document = databaseJson(deps, c.get('actor'), database, listing, counts)
    return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
  }

/** Older clients ask SQL of the database itself (host.md §8.2). */
function toQueryPage({ urls }: FeatureDeps, c: AppContext, database: Database, isJson: boolean): Response {
  const path = `${queryPath(database.name)}${isJson ? '.json' : ''}${new URL(c.req.url).search}`
  return c.body('', 302, { location: urls.path(path), 'content-type': 'text/plain' })
}

async function answerPage(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  listing: Listing,
  query: URLSearchParams,
): Promise<Response> {
  const { permissions, config, urls } = deps
  const { name } = database
  const actor = c.get('actor')
  const here = urls.path(databasePath(name))
  const showHidden = isSwitchedOn(query, '_show_hidden')

  const queries = queriesFor(deps, actor, database)
  const page = contentsPage(listing, showHidden, requireOffset(query))
  const tables = page.items.filter(({ kind }) => kind !== 'view').map((item) => item.name)
  const counts = await deps.counts.count(database, tables, countLimits(deps, c))
  const at = (offset: number) =>
    here + queryString(changedParameters(query, ['_next'], offset === 0 ? [] : [['_next', String(offset)]]))

  return deps.page(c, {
    title: name,
    width: 'wide',
    crumbs: [],
    headers: {
      ...dataHeaders(c),
      ...alternateLink(urls.absolute(c.req.raw, `${databasePath(name)}.json`)),
    },
    body: (
      <DatabasePage
        name={name}
        metadata={config.databaseMetadata(name)}
        isPrivate={isPrivate(permissions, actor, 'view-database', databaseResource(name))}
        items={page.items.map((item) => ({
          ...item,
          path: urls.path(tablePath(name, item.name)),
          isPrivate: isPrivate(permissions, actor, 'view-table', tableResource(name, item.name)),
          columns:
            database
              .schema()
              .table(item.name)
              ?.columns.map((column) => column.name) ?? [],
          count: counts.get(item.name) ?? null,
        }))}
        queries={(page.offset > 0 ? [] : queries.slice(0, LISTED_QUERIES)).map(({ query, isPrivate }) => ({
          label: query.title ?? query.name,
          description: query.description ?? '',
          path: urls.path(storedQueryLink(name, query)),
          isPrivate,
        }))}
        allQueries={{ count: queries.length, path: urls.path(queryListPath(name)) }}
        summary={`${page.offset + 1} to ${page.offset + page.items.length} of ${page.total.toLocaleString('en')}`}
        firstPath={page.offset === 0 ? null : at(0)}
        nextPath={page.next === null ? null : at(page.next)}
        hidden={
          showHidden || listing.hidden.length === 0
            ? null
            : { count: listing.hidden.length, path: `${here}${queryString([['_show_hidden', '1']])}` }
        }
        jsonPath={`${here}.json`}
        queryPath={
          permissions.allows(actor, 'execute-sql', databaseResource(name)) ? urls.path(queryPath(name)) : null
        }
      />
    ),
  })
}

/** How many tables and views come before the page that `?_next=` asks for. */
function requireOffset(query: URLSearchParams): number {
  const text = query.get('_next') ?? ''
  if (!/^\d{0,9}$/.test(text)) throw new HttpError(400, '_next must be a number')
  return Number(text)
}
