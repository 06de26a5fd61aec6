import type { Actor } from '../../auth/actor.ts'
import { INSTANCE } from '../../permissions/action.ts'
import { explain } from '../../permissions/explain.ts'
import type { Action } from '../../permissions/permissions.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { byName } from '../listing.ts'
import { AllowedPage } from './allowed-page.tsx'
import { pageLinks, paged, requirePaging, type Paged } from './paging.ts'
import { placePath, requireAction, requirePlace, resourceOf, type Place } from './question.ts'
import { toolTabs, type ToolDeps } from './tools.ts'
import { visibleTables } from '../visible-tables.ts'

const ORPHAN = 'parent must be provided when child is specified'

/** `GET /-/allowed{.json}`: where the reader may do something (host.md §11.8). Everybody may ask about themselves. */
export function allowedRoute(deps: ToolDeps): Route {
  return {
    method: 'GET',
    path: '/-/allowed{.json}',
    allow: { who: 'anyone' },
    handle: (c, params) => {
      const isJson = params['format'] === 'json'
      const query = parametersOf(c)
      if (!isJson && (query.get('action') ?? '') === '') return show(deps, c, null)

      const action = requireAction(deps.permissions, query.get('action'))
      const place = requirePlace(query.get('parent'), query.get('child'), ORPHAN)
      const paging = requirePaging(query)
      const path = deps.urls.path(`/-/allowed${isJson ? '.json' : ''}`)
      const page = paged(c, path, allowedPlaces(deps, c.get('actor'), action, place), paging)
      if (!isJson) return show(deps, c, page)

      const actor = c.get('actor')
      const maySeeWhy = deps.permissions.allows(actor, 'permissions-debug', INSTANCE)
      const document = {
        ok: true,
        action: action.name,
        actor_id: actor?.['id'] ?? null,
        page: paging.page,
        page_size: paging.size,
        total: page.total,
        items: page.items.map((item) => ({
          ...item,
          resource: placePath(deps.urls, item),
          ...(maySeeWhy && { reason: reasons(deps, actor, action, item) }),
        })),
        ...pageLinks(page),
      }
      return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
    },
  }
}

/** Every place of the action's level where the reader may do it, by name. An action on the instance has none. */
function allowedPlaces(
  { config, databases, permissions }: FeatureDeps,
  actor: Actor | null,
  action: Action,
  within: Place,
): readonly Place[] {
  if (action.level === 'global') return []
  const chosen = databases.list
    .filter(({ name }) => within.parent === null || name === within.parent)
    .toSorted((a, b) => byName(a.name, b.name))
  if (action.level === 'database') {
    return chosen
      .map(({ name }): Place => ({ parent: name, child: null }))
      .filter((place) => within.child === null && permissions.allows(actor, action.name, resourceOf(place)))
  }
  return chosen.flatMap((database) => {
    const may =
      action.name === 'view-table'
        ? visibleTables(permissions, actor, database)
        : permissions.allowsIn(actor, action.name, database.name)
    const names =
      action.resourceKind === 'query'
        ? config.queries(database.name).map(({ name }) => name)
        : [...database.schema().tables.map(({ name }) => name), ...database.schema().views]
    return names
      .filter((name) => (within.child === null || name === within.child) && may(name))
      .sort(byName)
      .map((name): Place => ({ parent: database.name, child: name }))
  })
}

/** The rules that decided, as `source: reason`. */
function reasons(
  { permissions }: FeatureDeps,
  actor: Actor | null,
  action: Action,
  place: Place,
): readonly string[] {
  return explain(permissions, actor, action, resourceOf(place))
    .matches.filter(({ ignoredBecause }) => ignoredBecause === null)
    .map(({ rule }) => `${rule.source}: ${rule.reason}`)
}

function show(deps: ToolDeps, c: AppContext, found: Paged<Place> | null): Promise<Response> {
  const { permissions, urls } = deps
  const query = parametersOf(c)
  const body = (
    <AllowedPage
      tabs={toolTabs(deps, c.get('actor'), '/-/allowed')}
      action={urls.path('/-/allowed')}
      actions={permissions.actions.filter(({ level }) => level !== 'global')}
      asked={{ action: query.get('action') ?? 'view-table', parent: query.get('parent') ?? '' }}
      found={
        found === null
          ? null
          : {
              ...found,
              items: found.items.map((item) => ({ ...item, path: placePath(deps.urls, item) })),
              jsonPath: urls.path(`/-/allowed.json${new URL(c.req.url).search}`),
            }
      }
    />
  )
  return deps.page(c, { title: 'What you may do', width: 'wide', headers: dataHeaders(c), body })
}
