import { EVENT_NAMES } from '../../events/event.ts'
import type { AuditPage } from '../../events/audit-search.ts'
import type { AuditTrail } from '../../events/audit-trail.ts'
import { HttpError } from '../../http/http-error.ts'
import { parametersOf, type AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { alternateLink, dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { changedParameters, queryString, rowPath, tablePath } from '../links.ts'
import { entryJson } from './audit-json.ts'
import { AuditTrailPage, type ShownEntry } from './audit-page.tsx'
import { AUDIT_PARAMETERS, formatPlace, parseAuditRequest, type AuditFault } from './audit-request.ts'

export type AuditDeps = FeatureDeps & { readonly trail: Pick<AuditTrail, 'search'> }

/**
 * `GET /-/audit{.json}`: who changed what. It names whatever was written to, tables that the reader may not open too: that is
 * what its permission gives.
 */
export function auditRoutes(deps: AuditDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/audit{.json}',
      allow: { who: 'permitted', action: 'view-audit' },
      handle: async (c, params) => {
        const isJson = params['format'] === 'json'
        const request = parseAuditRequest(parametersOf(c))
        if (!request.ok) {
          if (isJson || request.error.parameter === '_next') throw new HttpError(400, request.error.message)
          return show(deps, c, null, request.error)
        }
        const { filter, before } = request.value
        const page = await deps.trail.search(filter, before, deps.clock.now())
        if (!isJson) return show(deps, c, page, null)
        const document = {
          ok: true,
          entries: page.entries.map(entryJson),
          next: page.next === null ? null : formatPlace(page.next),
          next_url:
            page.next === null ? null : deps.urls.origin(c.req.raw) + nextPath(deps, c, page, '.json'),
        }
        return jsonAnswer(c, [JSON.stringify(document)], dataHeaders(c))
      },
    },
  ]
}

function show(
  deps: AuditDeps,
  c: AppContext,
  page: AuditPage | null,
  fault: AuditFault | null,
): Promise<Response> {
  const { urls } = deps
  const query = parametersOf(c)
  const asked = Object.fromEntries(AUDIT_PARAMETERS.map((name) => [name, query.get(name) ?? '']))
  const jsonPath = urls.path(`/-/audit.json${new URL(c.req.url).search}`)
  const body = (
    <AuditTrailPage
      action={urls.path('/-/audit')}
      asked={asked}
      events={EVENT_NAMES}
      fault={fault}
      entries={page?.entries.map((entry) => shown(deps, entry)) ?? []}
      isFiltered={Object.values(asked).some((text) => text !== '')}
      firstPath={
        query.has('_next')
          ? urls.path(`/-/audit${queryString(changedParameters(query, ['_next'], []))}`)
          : null
      }
      nextPath={page === null ? null : nextPath(deps, c, page, '')}
      jsonPath={jsonPath}
    />
  )
  const headers = { ...dataHeaders(c), ...alternateLink(urls.origin(c.req.raw) + jsonPath) }
  const status = fault === null ? 200 : 400
  return deps.page(c, { title: 'Audit trail', width: 'wide', status, headers, body })
}

function nextPath(
  { urls }: AuditDeps,
  c: AppContext,
  { next }: AuditPage,
  format: '' | '.json',
): string | null {
  if (next === null) return null
  const parameters = changedParameters(parametersOf(c), ['_next'], [['_next', formatPlace(next)]])
  return urls.path(`/-/audit${format}${queryString(parameters)}`)
}

function shown({ urls }: AuditDeps, entry: AuditPage['entries'][number]): ShownEntry {
  const only = (name: string, value: string) => urls.path(`/-/audit${queryString([[name, value]])}`)
  const { actorId, database, grant, pks, table } = entry
  const actor = actorId === null ? null : String(actorId)
  return {
    ...entry,
    actor: actor === null ? null : { id: actor, path: only('actor', actor) },
    app: grant === null ? null : { name: grant.client.name, path: only('client', grant.client.id) },
    tablePath: database === null || table === null ? null : urls.path(tablePath(database, table)),
    rowPath:
      database === null || table === null || pks === null ? null : urls.path(rowPath(database, table, pks)),
  }
}
