import { actorId, actorLabel } from '../../auth/actor.ts'
import type { AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import { ActivityPage } from './activity-page.tsx'
import { placeOf } from './question.ts'
import { toolTabs, type ToolDeps } from './tools.ts'

/** Whose decisions are shown (host.md §11.8). */
const FILTERS = [
  { value: 'all', title: 'Everybody' },
  { value: 'only-yours', title: 'Only yours' },
  { value: 'exclude-yours', title: 'Without yours' },
] as const

/** `GET /-/permissions`: the last decisions about requests. */
export function activityRoute(deps: ToolDeps): Route {
  return {
    method: 'GET',
    path: '/-/permissions',
    allow: { who: 'permitted', action: 'permissions-debug' },
    handle: (c) => show(deps, c),
  }
}

function show(deps: ToolDeps, c: AppContext): Promise<Response> {
  const { activity, urls } = deps
  const reader = c.get('actor')
  const asked = c.req.query('filter')
  const filter = FILTERS.find(({ value }) => value === asked)?.value ?? 'all'
  const own = actorId(reader)
  const shown = activity.latest().filter(({ actor }) => {
    const isOwn = own !== null && actorId(actor) === own
    return filter === 'all' || isOwn === (filter === 'only-yours')
  })
  const body = (
    <ActivityPage
      tabs={toolTabs(deps, reader, '/-/permissions')}
      filters={FILTERS.map(({ value, title }) => ({
        title,
        path: urls.path(`/-/permissions?filter=${value}`),
        isHere: value === filter,
      }))}
      entries={shown.map(({ at, actor, action, resource, decision }) => ({
        at,
        who: actor === null ? null : actorLabel(actor),
        action,
        ...placeOf(resource),
        allowed: decision.allowed,
        restricted: decision.restricted,
        source: decision.rule?.source ?? null,
        explainPath: urls.path(`/-/check?${question(action, resource, actor)}`),
      }))}
    />
  )
  return deps.page(c, { title: 'Permission activity', width: 'wide', headers: dataHeaders(c), body })
}

function question(action: string, resource: Parameters<typeof placeOf>[0], actor: object | null): string {
  const { parent, child } = placeOf(resource)
  const parameters = new URLSearchParams({ action })
  if (parent !== null) parameters.set('parent', parent)
  if (child !== null) parameters.set('child', child)
  parameters.set('actor', JSON.stringify(actor))
  return parameters.toString()
}
