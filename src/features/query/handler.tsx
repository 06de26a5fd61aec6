import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { databaseResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryPath, queryString, storeQueryPath } from '../links.ts'
import type { QueryOutcome } from './outcome.tsx'
import { QueryPage } from './page.tsx'
import { answerQueryJson, queryOutcome, type QueryView } from './run-query.ts'
import { sqlVisibility } from './sql-visibility.ts'
import { isBlank, queryView, requireQuery } from './query-request.ts'

/** `GET /:database/-/query{.json}`: runs one read-only statement of the reader's own (host.md §9.8). */
export const queryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> =>
    params['format'] === 'json'
      ? answerQueryJson(deps, c, requireQuery(deps, c, params))
      : answerPage(deps, c, queryView(deps, c, params))

async function answerPage(deps: FeatureDeps, c: AppContext, view: QueryView): Promise<Response> {
  const { permissions, urls, settings } = deps
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
        savePath={
          permissions.allows(c.get('actor'), 'store-query', databaseResource(database.name))
            ? urls.path(storeQueryPath(database.name)) + queryString([['sql', asked.sql]])
            : null
        }
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
