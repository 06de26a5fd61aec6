import { checkReadOnlySql } from '../../database/read-only-sql.ts'
import { databaseResource, tableResource } from '../../permissions/action.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { crumbsTo } from '../crumbs.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { queryPath, queryString, storedQueryPath } from '../links.ts'
import { usesMagic } from './query.ts'
import { answerQueryJson, queryOutcome } from './run-query.ts'
import type { QueryOutcome } from './outcome.tsx'
import { sqlVisibility } from './sql-visibility.ts'
import { StoredQueryPage } from './stored-page.tsx'
import { requireStoredQuery, type StoredView } from './stored-request.ts'

/** `GET /:database/:query{.json}`: runs a query of the configuration with the reader's values (host.md §9.9). */
export const storedQueryHandler =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const view = requireStoredQuery(deps, c, params)
    return params['format'] === 'json' ? answerQueryJson(deps, c, view) : answerPage(deps, c, view)
  }

async function answerPage(deps: FeatureDeps, c: AppContext, view: StoredView): Promise<Response> {
  const { permissions, settings, urls } = deps
  const { database, stored, query, asked } = view
  const actor = c.get('actor')
  const path = storedQueryPath(database.name, stored.name)
  const here = urls.path(path)
  const parameters = queryString(query)
  // Queries of the configuration are changed there.
  const maySaved = (action: string) =>
    stored.source === 'user' && permissions.allows(actor, action, tableResource(database.name, stored.name))
  const jsonUrl = urls.absolute(c.req.raw, `${path}.json${parameters}`)
  // Without any of its values there is nothing to show but the form. Programs get what empty values find.
  const names = Object.keys(asked.params)
  const isAsked = view.isWrite || names.length === 0 || names.some((name) => query.has(name))
  const outcome: QueryOutcome = isAsked ? await queryOutcome(deps, c, view) : { kind: 'none' }

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
        visibility={
          view.isWrite && !stored.is_trusted ? null : sqlVisibility(here, query, stored.hide_sql ?? false)
        }
        outcome={outcome}
        canWrite={database.isWritable}
        changePath={maySaved('update-query') ? `${here}/-/edit` : null}
        deletePath={maySaved('delete-query') ? `${here}/-/delete` : null}
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
