import {
  csvLine,
  formatIso,
  HttpError,
  privatePageHeaders,
  visible,
  type AppContext,
  type JsonObject,
  type Route,
} from '../../../../plugin.ts'
import { MANAGE_GRANTS } from '../../actions.ts'
import { AuditPage, type ShownEntry } from '../../pages/audit.tsx'
import { formatPlainScopes } from '../../protocol/scope-plain.ts'
import { scopeArrays } from '../../protocol/scope.ts'
import type { Provider } from '../../provider.ts'
import type { AuditEntry, AuditPage as EntriesPage } from '../../storage/audit-search.ts'
import { AUDIT_EVENTS } from '../../storage/tables.ts'
import {
  askedOfAudit,
  formatAuditPlace,
  parseAuditRequest,
  type AuditFault,
  type AuditRequest,
} from './audit-request.ts'
import { eventWords } from './audit-words.ts'
import { isLive } from './grant-lives.ts'
import { withQuery } from './grant-query.ts'
import { linesOf } from './grant-words.ts'
import { answerJson } from '../json-answer.ts'
import { GRANTS_PATH, OAUTH_AUDIT_PATH } from '../paths.ts'
import { refusePerson, refuseProgram } from '../refuse.ts'

/** `/-/oauth/audit`: what happened with apps, as a page, as JSON and as CSV. Signing in and writing is in the host's trail (decision 0031). */
export function auditRoutes(provider: Provider): readonly Route[] {
  const { audit, host } = provider
  const allow = { who: 'person', action: MANAGE_GRANTS } as const
  return [
    {
      method: 'GET',
      path: OAUTH_AUDIT_PATH,
      allow,
      refuse: refusePerson(host),
      handle: async (c) => {
        const request = parseAuditRequest(queryOf(c))
        if (request.ok) {
          const { after, filter } = request.value
          return showAudit(provider, c, await audit.search(filter, after), null)
        }
        if (request.error.parameter === '_next') throw new HttpError(400, request.error.message)
        return showAudit(provider, c, { entries: [], next: null }, request.error)
      },
    },
    {
      method: 'GET',
      path: `${OAUTH_AUDIT_PATH}.json`,
      allow,
      refuse: refuseProgram,
      handle: async (c) => {
        const request = parseAuditRequest(queryOf(c))
        if (!request.ok) return answerJson(c, { error: request.error.message }, 400)
        const { entries, next } = await audit.search(request.value.filter, request.value.after)
        const nextPath = next === null ? null : addressOf(c, '.json', formatAuditPlace(next))
        return answerJson(c, {
          entries: entries.map(entryJson),
          next: next === null ? null : formatAuditPlace(next),
          next_url: nextPath === null ? null : host.urls.absolute(c.req.raw, nextPath),
        })
      },
    },
    {
      method: 'GET',
      path: `${OAUTH_AUDIT_PATH}.csv`,
      allow,
      refuse: refuseProgram,
      handle: (c) => {
        const request = parseAuditRequest(queryOf(c))
        if (!request.ok) return answerJson(c, { error: request.error.message }, 400)
        return c.body(csvOf(provider, request.value), 200, {
          'cache-control': 'no-store',
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="oauth-audit.csv"',
        })
      },
    },
  ]
}

const queryOf = (c: AppContext) => new URL(c.req.url).searchParams

/** The address of the same filter, without the base URL. */
function addressOf(c: AppContext, ending: '' | '.json' | '.csv', next: string | null): string {
  return withQuery(OAUTH_AUDIT_PATH + ending, { ...askedOfAudit(queryOf(c)), _next: next })
}

function showAudit(
  { host }: Provider,
  c: AppContext,
  { entries, next }: EntriesPage,
  fault: AuditFault | null,
): Promise<Response> {
  const pathOf = (ending: '' | '.json' | '.csv', place: string | null) =>
    host.urls.path(addressOf(c, ending, place))
  const only = (name: string, value: string) => withQuery(host.urls.path(OAUTH_AUDIT_PATH), { [name]: value })
  const now = host.clock.now()
  const shown = ({
    actorId,
    client,
    event,
    grant,
    grantId,
    ownerId,
    scopes,
    ...entry
  }: AuditEntry): ShownEntry => ({
    ...entry,
    event: eventWords(event),
    given: scopes === null ? null : { lines: linesOf(host, scopes) },
    actor: actorId === null ? null : { id: String(actorId), path: only('actor', String(actorId)) },
    app:
      client === null
        ? null
        : { name: visible(client.name ?? client.clientId), path: only('client', client.clientId) },
    grant:
      grantId === null
        ? null
        : {
            id: grantId,
            path: only('grant', grantId),
            owner: ownerId === null ? null : { id: String(ownerId), path: only('owner', String(ownerId)) },
            grantPath: isLive(grant, now) ? host.urls.path(`${GRANTS_PATH}/${grantId}`) : null,
          },
  })
  return host.page(c, {
    title: 'What happened with apps',
    width: 'wide',
    status: fault === null ? 200 : 400,
    headers: privatePageHeaders(),
    body: (
      <AuditPage
        action={host.urls.path(OAUTH_AUDIT_PATH)}
        asked={askedOfAudit(queryOf(c))}
        events={AUDIT_EVENTS.map(eventWords)}
        fault={fault}
        entries={entries.map(shown)}
        firstPath={queryOf(c).has('_next') ? pathOf('', null) : null}
        nextPath={next === null ? null : pathOf('', formatAuditPlace(next))}
        jsonPath={pathOf('.json', null)}
        csvPath={pathOf('.csv', null)}
      />
    ),
  })
}

function entryJson({ client, ...entry }: AuditEntry): JsonObject {
  return {
    id: entry.entryId,
    at: formatIso(entry.at),
    event: entry.event,
    actor_id: entry.actorId,
    client_id: client?.clientId ?? null,
    client_name: client?.name ?? null,
    grant_id: entry.grantId,
    owner_id: entry.ownerId,
    scope: entry.scopes === null ? null : formatPlainScopes(scopeArrays(entry.scopes)),
    address: entry.address,
  }
}

const CSV_COLUMNS = ['at', 'event', 'actor_id', 'client_id', 'grant_id', 'address', 'owner_id', 'scope']

/** Text that a spreadsheet would take for a formula begins with an apostrophe, which makes it text there. */
const asText = (cell: string): string => (/^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell)

/** All that meets the filter, a page at a time as it is read. Names that apps chose stay out. */
function csvOf({ audit }: Provider, { filter, after }: AuditRequest): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let place = after
  return new ReadableStream({
    start: (out) => out.enqueue(encoder.encode(csvLine(CSV_COLUMNS))),
    pull: async (out) => {
      const { entries, next } = await audit.search(filter, place)
      const lines = entries.map(({ actorId, address, at, client, event, grantId, ownerId, scopes }) =>
        csvLine(
          [
            formatIso(at),
            event,
            String(actorId ?? ''),
            client?.clientId ?? '',
            grantId ?? '',
            address,
            String(ownerId ?? ''),
            scopes === null ? '' : formatPlainScopes(scopeArrays(scopes)),
          ].map(asText),
        ),
      )
      out.enqueue(encoder.encode(lines.join('')))
      place = next
      if (next === null) out.close()
    },
  })
}
