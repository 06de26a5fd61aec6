import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { challengeHeaders } from '../challenge.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps, StoredQuery } from '../feature-deps.ts'
import { queryPath, queryString, storedQueryPath } from '../links.ts'
import { findStoredQuery } from '../stored-queries.ts'
import { askedQuery } from './query.ts'
import { answerQueryJson, queryOutcome, type QueryView } from './run-query.ts'
import { StoredQueryPage } from './stored-page.tsx'

/** `GET /:database/:query{.json}`: runs a query of the configuration with the reader's values (host.md §9.9). */
export const storedQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireStoredQuery(deps, c, params)
    const { database, asked, query } = view
    return params['format'] === 'json'
      ? answerQueryJson(deps, c, database, asked, query)
      : answerPage(deps, c, view)
  }

/** The stored query at an address with its values; throws the refusal for a reader who may not run it. */
export function requireStoredQuery(deps: FeatureDeps, c: AppContext, params: RouteParams): StoredView {
  const database = requireDatabase(deps.databases, params['database'])
  const stored = findStoredQuery(deps, database, params['query'] ?? '')
  if (stored === null) throw new HttpError(404, 'Query not found')
  if (stored.write === true) return refuseWriteQuery()
  if (!stored.is_trusted) requireExecuteSql(deps, c, database, stored)

  const query = new URL(c.req.url).searchParams
  return {
    database,
    stored,
    query,
    asked: askedQuery(stored.sql, query, stored.params),
    headers: dataHeaders(c),
  }
}

/** Any way to a stored query that writes (host.md §9.9): it changes nothing, and says so. */
export function refuseWriteQuery(): never {
  throw new HttpError(405, 'This query changes data, and queries that do cannot be run yet')
}

/** A query that is not trusted runs with no more rights than the reader has. */
function requireExecuteSql(
  { permissions }: FeatureDeps,
  c: AppContext,
  database: Database,
  { name }: StoredQuery,
): void {
  const actor = c.get('actor')
  if (permissions.allows(actor, 'execute-sql', databaseResource(database.name))) return
  const resource = tableResource(database.name, name)
  throw new HttpError(403, 'execute-sql', {
    headers: challengeHeaders(permissions, actor, ['view-query', 'execute-sql'], resource),
  })
}

type StoredView = QueryView & { readonly stored: StoredQuery }

async function answerPage(deps: FeatureDeps, c: AppContext, view: StoredView): Promise<Response> {
  const { permissions, settings, urls } = deps
  const { database, stored, query, asked } = view
  const actor = c.get('actor')
  const here = storedQueryPath(database.name, stored.name)
  const json = `${here}.json${queryString(query)}`
  const outcome = await queryOutcome(deps, c, database, asked, urls.path(json))
  const mayRunSql = permissions.allows(actor, 'execute-sql', databaseResource(database.name))
  const edit = queryString([['sql', stored.sql], ...Object.entries(asked.params)])

  return deps.page(c, {
    title: `${database.name}: ${stored.title ?? stored.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    status: outcome.kind === 'refused' ? 400 : 200,
    headers: { ...view.headers, ...alternateLink(urls.absolute(c.req.raw, json)) },
    body: (
      <StoredQueryPage
        stored={stored}
        isPrivate={isPrivate(permissions, actor, 'view-query', tableResource(database.name, stored.name))}
        action={urls.path(here)}
        params={asked.params}
        outcome={outcome}
        editPath={mayRunSql ? urls.path(queryPath(database.name)) + edit : null}
        maxCharacters={settings.truncate_cells_html}
      />
    ),
  })
}
