import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
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
  writeSqlPath,
  queryString,
  schemaPath,
  tablePath,
} from '../links.ts'
import { listingFor, type Listing } from '../listing.ts'
import { queriesFor, storedQueryLink } from '../stored-queries.ts'
import { isSwitchedOn } from '../switches.ts'
import type { ContentsTableProps } from './contents-table.tsx'
import { contentsPage, listingWith, type ContentsPage } from './contents.ts'
import { isDownloadable } from './download.ts'
import { databaseActions } from './actions.ts'
import { databaseJson, LISTED_QUERIES } from './json.ts'
import { DatabasePage } from './page.tsx'

/** From so many tables and views on the page offers to look for one by name. */
const SEARCHED_ITEMS = 20

/** `GET /:database{.json}`: what is in a database (host.md §9.2). With `?sql=`, the way to the query page. */
export const databaseHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = requireDatabase(deps.databases, params['database'])
    const isJson = params['format'] === 'json'
    const query = parametersOf(c)
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
  const { permissions, config, urls, settings } = deps
  const { name } = database
  const actor = c.get('actor')
  const resource = databaseResource(name)
  const here = urls.path(databasePath(name))
  const contents = await contentsOf(deps, c, database, listing, query)
  const queries = queriesFor(deps, actor, database)
  const namesQueries = contents.firstPath === null && (contents.search?.words ?? '') === ''
  const mayDownload =
    isDownloadable(database, settings) && permissions.allows(actor, 'view-database-download', resource)

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
        metadata={config.databaseMetadata(name)}
        isPrivate={isPrivate(permissions, actor, 'view-database', resource)}
        contents={contents}
        queries={(namesQueries ? queries.slice(0, LISTED_QUERIES) : []).map(({ query, isPrivate }) => ({
          label: query.title ?? query.name,
          description: query.description ?? '',
          path: urls.path(storedQueryLink(name, query)),
          isPrivate,
        }))}
        allQueries={{ count: queries.length, path: urls.path(queryListPath(name)) }}
        jsonPath={`${here}.json`}
        schemaPath={urls.path(schemaPath(name))}
        download={mayDownload ? { path: `${here}.db`, bytes: database.sizeInBytes() } : null}
        actions={databaseActions(deps, actor, database)}
        queryPath={permissions.allows(actor, 'execute-sql', resource) ? urls.path(queryPath(name)) : null}
        writeSqlPath={
          database.isWritable && permissions.allows(actor, 'execute-write-sql', resource)
            ? urls.path(writeSqlPath(name))
            : null
        }
      />
    ),
  })
}

/** The tables and views that this page of them shows: `?q=` looks for names, `?_show_hidden=1` takes the hidden ones in. */
async function contentsOf(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  listing: Listing,
  query: URLSearchParams,
): Promise<ContentsTableProps> {
  const { permissions, urls } = deps
  const { name } = database
  const here = urls.path(databasePath(name))
  const words = (query.get('q') ?? '').trim()
  const showHidden = isSwitchedOn(query, '_show_hidden')
  const kept = showHidden ? ([['_show_hidden', '1']] as const) : []

  const found = listingWith(words, listing)
  const page = contentsPage(found, showHidden, requireOffset(query))
  const tables = page.items.filter(({ kind }) => kind !== 'view').map((item) => item.name)
  const counts = await deps.counts.count(database, tables, countLimits(deps, c))
  const schema = database.schema()
  const at = (added: readonly (readonly [string, string])[]) =>
    here + queryString(changedParameters(query, ['_next', ...added.map(([key]) => key)], added))

  return {
    name,
    items: page.items.map((item) => ({
      ...item,
      path: urls.path(tablePath(name, item.name)),
      isPrivate: isPrivate(permissions, c.get('actor'), 'view-table', tableResource(name, item.name)),
      columns: schema.table(item.name)?.columns.map((column) => column.name) ?? [],
      count: counts.get(item.name) ?? null,
    })),
    search: words === '' && page.total < SEARCHED_ITEMS ? null : { action: here, words, kept },
    summary: summaryOf(page),
    firstPath: page.offset === 0 ? null : at([]),
    nextPath: page.next === null ? null : at([['_next', String(page.next)]]),
    hidden:
      showHidden || found.hidden.length === 0
        ? null
        : { count: found.hidden.length, path: at([['_show_hidden', '1']]) },
  }
}

/** What a page shows of how much: `Tables and views 101 to 200 of 10,000`. */
function summaryOf({ items, offset, total }: ContentsPage): string {
  const [from, to, all] = [offset + 1, offset + items.length, total].map((count) =>
    count.toLocaleString('en'),
  )
  return `Tables and views ${from} to ${to} of ${all}`
}

/** How many tables and views come before the page that `?_next=` asks for. */
function requireOffset(query: URLSearchParams): number {
  const text = query.get('_next') ?? ''
  if (!/^\d{0,9}$/.test(text)) throw new HttpError(400, '_next must be a number')
  return Number(text)
}
