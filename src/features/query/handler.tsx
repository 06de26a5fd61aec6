import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { HttpError } from '../../http/http-error.ts'
import { databaseResource } from '../../permissions/action.ts'
import { isPrivate } from '../../permissions/private.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import { requireDatabase } from '../exists.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryPath, queryString } from '../links.ts'
import type { QueryOutcome } from './outcome.tsx'
import { QueryPage } from './page.tsx'
import { askedQuery } from './query.ts'
import { answerQueryJson, queryOutcome, type QueryView } from './run-query.ts'
import { sqlVisibility } from './sql-visibility.ts'

/** `GET /:database/-/query{.json}`: runs one read-only statement of the reader's own (host.md §9.8). */
export const queryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> =>
    params['format'] === 'json'
      ? answerQueryJson(deps, c, requireQuery(deps, c, params))
      : answerPage(deps, c, readView(deps, c, params))

/** The statement that an address asks to run; a 400 where there is none, or one that may not run. */
export function requireQuery(deps: FeatureDeps, c: AppContext, params: RouteParams): QueryView {
  const view = readView(deps, c, params)
  if (isBlank(view.asked.sql)) throw new HttpError(400, '?sql= is required')
  const allowed = checkReadOnlySql(view.asked.sql)
  if (!allowed.ok) throw new HttpError(400, allowed.error)
  return view
}

function readView(
  { config, databases, permissions }: FeatureDeps,
  c: AppContext,
  params: RouteParams,
): QueryView {
  const database = requireDatabase(databases, params['database'])
  const query = new URL(c.req.url).searchParams
  return {
    database,
    query,
    asked: askedQuery(query.get('sql') ?? '', query),
    params,
    headers: dataHeaders(c),
    isWrite: false,
    isPrivate: () => isPrivate(permissions, c.get('actor'), 'execute-sql', databaseResource(database.name)),
    metadata: () => config.databaseMetadata(database.name),
  }
}

async function answerPage(deps: FeatureDeps, c: AppContext, view: QueryView): Promise<Response> {
  const { urls, settings } = deps
  const { database, asked, query } = view
  const action = urls.path(queryPath(database.name))
  const parameters = queryString(query)
  const jsonUrl = `${urls.origin(c.req.raw)}${action}.json${parameters}`
  const outcome = await outcomeOf(deps, c, view)

  return deps.page(c, {
    title: `${database.name}: SQL query`,
    width: 'wide',
    crumbs: crumbsTo(deps, c.get('actor'), database.name),
    status: outcome.kind === 'refused' ? 400 : 200,
    headers: {
      ...view.headers,
      ...alternateLink(jsonUrl),
    },
    body: (
      <QueryPage
        action={action}
        sql={asked.sql}
        params={asked.params}
        visibility={sqlVisibility(action, query, false)}
        outcome={outcome}
        formats={{ json: `${action}.json${parameters}`, csv: `${action}.csv${parameters}` }}
        jsonUrl={jsonUrl}
        maxCharacters={settings.truncate_cells_html}
      />
    ),
  })
}

async function outcomeOf(deps: FeatureDeps, c: AppContext, view: QueryView): Promise<QueryOutcome> {
  if (isBlank(view.asked.sql)) return { kind: 'none' }
  const allowed = checkReadOnlySql(view.asked.sql)
  if (!allowed.ok) return { kind: 'refused', message: allowed.error }
  return queryOutcome(deps, c, view)
}

function isBlank(sql: string): boolean {
  return sql.trim() === ''
}
