import type { Actor } from '../../auth/actor.ts'
import type { Action, Match } from '../../permissions/permissions.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { byName } from '../listing.ts'
import { pageLinks, paged, requirePaging, type Paged } from './paging.ts'
import { placeOf, placePath, requireAction } from './question.ts'
import { RulesPage } from './rules-page.tsx'
import { toolTabs, type ToolDeps } from './tools.ts'

/** `GET /-/rules{.json}`: the rules about an action that speak of the reader, and where each stands (host.md §11.8). */
export function rulesRoute(deps: ToolDeps): Route {
  return {
    method: 'GET',
    path: '/-/rules{.json}',
    allow: { who: 'permitted', action: 'permissions-debug' },
    handle: (c, params) => {
      const isJson = params['format'] === 'json'
      const query = parametersOf(c)
      if (!isJson && (query.get('action') ?? '') === '') return show(deps, c, null)

      const action = requireAction(deps.permissions, query.get('action'))
      const paging = requirePaging(query)
      const path = deps.urls.path(`/-/rules${isJson ? '.json' : ''}`)
      const page = paged(c, path, rulesAbout(deps, c.get('actor'), action), paging)
      if (!isJson) return show(deps, c, page)

      const document = {
        ok: true,
        action: action.name,
        actor_id: c.get('actor')?.['id'] ?? null,
        page: paging.page,
        page_size: paging.size,
        total: page.total,
        items: page.items.map((match) => ({
          ...placeOf(match.rule.scope),
          resource: placePath(deps.urls, placeOf(match.rule.scope)),
          allow: match.effect === 'allow' ? 1 : 0,
          reason: match.rule.reason,
          source_plugin: match.rule.source,
        })),
        ...pageLinks(page),
      }
      return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
    },
  }
}

/** Allows first, then by place: the instance, databases, what lies in them. */
function rulesAbout({ permissions }: FeatureDeps, actor: Actor | null, action: Action): readonly Match[] {
  const key = ({ rule }: Match) => {
    const { parent, child } = placeOf(rule.scope)
    return `${parent ?? ''}\u0000${child ?? ''}`
  }
  return permissions
    .rules(action.name)
    .flatMap((rule): Match[] => {
      const effect = rule.judge(actor)
      return effect === null ? [] : [{ rule, effect }]
    })
    .sort((a, b) => byName(a.effect, b.effect) || byName(key(a), key(b)))
}

function show(deps: ToolDeps, c: AppContext, found: Paged<Match> | null): Promise<Response> {
  const { permissions, urls } = deps
  const actor = c.get('actor')
  const body = (
    <RulesPage
      tabs={toolTabs(deps, actor, '/-/rules')}
      action={urls.path('/-/rules')}
      actions={permissions.actions}
      asked={c.req.query('action') ?? 'view-table'}
      found={
        found === null
          ? null
          : {
              ...found,
              items: found.items.map((match) => ({
                ...placeOf(match.rule.scope),
                path: placePath(deps.urls, placeOf(match.rule.scope)),
                effect: match.effect,
                source: match.rule.source,
                reason: match.rule.reason,
              })),
              jsonPath: urls.path(`/-/rules.json${new URL(c.req.url).search}`),
            }
      }
    />
  )
  return deps.page(c, { title: 'Permission rules', width: 'wide', headers: dataHeaders(c), body })
}
