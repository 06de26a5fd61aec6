import type { Database } from '../../database/database.ts'
import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { challengeHeaders } from '../challenge.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, cachedDataHeaders, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps, StoredQuery } from '../feature-deps.ts'
import { queryPath, queryString, storedQueryPath } from '../links.ts'
import { findStoredQuery } from '../stored-queries.ts'
import { storedQueryJson } from '../stored-query-json.ts'
import { magicValues } from './magic-parameters.ts'
import { askedQuery, usesMagic } from './query.ts'
import { answerQueryJson, queryOutcome, type QueryView } from './run-query.ts'
import { sqlVisibility } from './sql-visibility.ts'
import { StoredQueryPage } from './stored-page.tsx'

type StoredView = QueryView & { readonly stored: StoredQuery }

/** `GET /:database/:query{.json}`: runs a query of the configuration with the reader's values (host.md §9.9). */
export const storedQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireStoredQuery(deps, c, params)
    return params['format'] === 'json' ? answerQueryJson(deps, c, view) : answerPage(deps, c, view)
  }

/** The stored query at an address with its values; throws the refusal for a reader who may not run it. */
export function requireStoredQuery(deps: FeatureDeps, c: AppContext, params: RouteParams): StoredView {
  const database = requireDatabase(deps.databases, params['database'])
  const stored = findStoredQuery(deps, database, params['query'] ?? '')
  if (stored === null) throw new HttpError(404, 'Query not found')
  const isWrite = stored.write === true
  if (!stored.is_trusted && !isWrite) requireExecuteSql(deps, c, database, stored)
  return storedView(deps, c, database, stored, params)
}

/** A stored query that writes is not run yet, whoever asks (host.md §9.9): it changes nothing, and says so. */
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

function storedView(
  deps: FeatureDeps,
  c: AppContext,
  database: Database,
  stored: StoredQuery,
  params: RouteParams,
): StoredView {
  const { clock, permissions, random, settings } = deps
  const actor = c.get('actor')
  const query = new URL(c.req.url).searchParams
  const magic = magicValues(stored.sql, { actor, headers: c.req.raw.headers, clock, random })
  const asked = askedQuery(stored.sql, query, { first: stored.params ?? [], magic })
  return {
    database,
    stored,
    query,
    params,
    asked,
    headers: usesMagic(asked)
      ? { ...dataHeaders(c), 'Cache-Control': 'private, no-store' }
      : cachedDataHeaders(c, settings),
    isWrite: stored.write === true,
    isPrivate: () => isPrivate(permissions, actor, 'view-query', tableResource(database.name, stored.name)),
    metadata: () => storedQueryJson(database.name, stored),
  }
}

async function answerPage(deps: FeatureDeps, c: AppContext, view: StoredView): Promise<Response> {
  const { permissions, settings, urls } = deps
  const { database, stored, query, asked } = view
  const actor = c.get('actor')
  const path = storedQueryPath(database.name, stored.name)
  const here = urls.path(path)
  const parameters = queryString(query)
  const jsonUrl = urls.absolute(c.req.raw, `${path}.json${parameters}`)
  const outcome = await queryOutcome(deps, c, view)

  return deps.page(c, {
    title: `${database.name}: ${stored.title ?? stored.name}`,
    width: 'wide',
    crumbs: crumbsTo(deps, actor, database.name),
    ...(outcome.kind === 'refused'
      ? { status: 400, headers: dataHeaders(c) }
      : {
          headers: {
            ...view.headers,
            ...alternateLink(jsonUrl),
          },
        }),
    body: (
      <StoredQueryPage
        stored={stored}
        isPrivate={view.isPrivate()}
        action={here}
        params={asked.params}
        visibility={sqlVisibility(here, query, stored.hide_sql ?? false)}
        outcome={outcome}
        formats={{ json: `${here}.json${parameters}`, csv: `${here}.csv${parameters}` }}
        editPath={
          isEditable(view) && permissions.allows(actor, 'execute-sql', databaseResource(database.name))
            ? urls.path(queryPath(database.name)) +
              queryString([['sql', stored.sql], ...Object.entries(asked.params)])
            : null
        }
        jsonUrl={jsonUrl}
        maxCharacters={settings.truncate_cells_html}
      />
    ),
  })
}

/** Whether the page on which people write SQL could run it: there it only asks, and knows nothing of the reader. */
function isEditable({ asked, isWrite }: StoredView): boolean {
  return !isWrite && !usesMagic(asked) && checkReadOnlySql(asked.sql).ok
}
