import {
  formatIso,
  HttpError,
  privatePageHeaders,
  visible,
  type AppContext,
  type JsonObject,
  type PersonId,
  type Route,
  type RouteParams,
} from '../../../../plugin.ts'
import { MANAGE_CLIENTS } from '../../actions.ts'
import { HistoryPage, type HistoryEntry, type HistoryPageProps } from '../../pages/history.tsx'
import { formatPlainScopes } from '../../protocol/scope-plain.ts'
import { scopeArrays } from '../../protocol/scope.ts'
import { personOf, type Provider } from '../../provider.ts'
import { NO_AUDIT_FILTER, type AuditEntry, type AuditFilter } from '../../storage/audit-search.ts'
import { AUDIT_EVENTS, type AuditEvent } from '../../storage/tables.ts'
import { formatAuditPlace, parseAuditRequest } from '../grants/audit-request.ts'
import { eventWords } from '../grants/audit-words.ts'
import { unlessRestricted } from '../browser-session.ts'
import { clientPath } from '../discovery/client-addresses.ts'
import { answerNoClient } from './client-page.tsx'
import { isLive } from '../grants/grant-lives.ts'
import { textOf, withQuery } from '../grants/grant-query.ts'
import { linesOf } from '../grants/grant-words.ts'
import { answerJson } from '../json-answer.ts'
import { findOwnClient } from './own-client.ts'
import { APPS_PATH, HISTORY_PATH } from '../paths.ts'
import { refusePerson, refuseProgram } from '../refuse.ts'

/** A part of the trail that somebody may see who does not look after everybody's access. */
type Part = {
  /** Without the base URL and an ending. */
  readonly path: string
  readonly filter: Pick<AuditFilter, 'of' | 'client'>
  /** Where the address of an app may be told: to the person whose access it uses. */
  readonly tellsAppAddress: boolean
  readonly shown: Pick<HistoryPageProps, 'title' | 'lead'>
  readonly crumbs: readonly { readonly label: string; readonly path: string }[]
}

/**
 * The trail for those whom it concerns (decision 0045): `/-/oauth/history` for a person, about the access that they gave, and
 * `/-/oauth/clients/:client_id/history` for the owner of an app. Neither names anybody else.
 */
export function historyRoutes(provider: Provider): readonly Route[] {
  const { host } = provider
  const own = { who: 'person', action: null } as const
  const managed = { who: 'person', action: MANAGE_CLIENTS } as const
  const page = refusePerson(host)
  const ownPart = (c: AppContext) => partOfPerson(provider, c)
  const ofClient = '/-/oauth/clients/:client_id/history'
  return [
    {
      method: 'GET',
      path: HISTORY_PATH,
      allow: own,
      refuse: page,
      handle: unlessRestricted(provider, (c) => showPart(provider, c, ownPart(c)), 'manage'),
    },
    {
      method: 'GET',
      path: `${HISTORY_PATH}.json`,
      allow: own,
      refuse: refuseProgram,
      handle: unlessRestricted(provider, (c) => listPart(provider, c, ownPart(c)), 'manage'),
    },
    {
      method: 'GET',
      path: ofClient,
      allow: managed,
      refuse: page,
      handle: async (c, params) => {
        const part = await partOfClient(provider, c, params)
        return part === null ? answerNoClient(provider, c) : showPart(provider, c, part)
      },
    },
    {
      method: 'GET',
      path: `${ofClient}.json`,
      allow: managed,
      refuse: refuseProgram,
      handle: async (c, params) => {
        const part = await partOfClient(provider, c, params)
        return part === null ? answerJson(c, { error: 'Client not found' }, 404) : listPart(provider, c, part)
      },
    },
  ]
}

function partOfPerson({ host }: Provider, c: AppContext): Part {
  return {
    path: HISTORY_PATH,
    filter: { of: personOf(c).id, client: null },
    tellsAppAddress: true,
    shown: {
      title: 'What happened with your apps',
      lead: (
        <>What you gave apps and took back, and which tokens they got for it. What apps wrote is not here.</>
      ),
    },
    crumbs: [{ label: 'Apps with access to your data', path: host.urls.path(APPS_PATH) }],
  }
}

/** Null when the person who asks has no such client. */
async function partOfClient(
  { clients, host }: Provider,
  c: AppContext,
  params: RouteParams,
): Promise<Part | null> {
  const found = await findOwnClient(clients, params, personOf(c).id)
  if (found.kind !== 'own') return null
  const { clientId, name } = found.client
  return {
    path: `${clientPath(clientId)}/history`,
    filter: { of: null, client: clientId },
    tellsAppAddress: false,
    shown: {
      title: 'What happened with this app',
      lead: (
        <>
          Every change to <bdi>{visible(name)}</bdi>, every time that it could not prove itself, and each
          access that it was given, with its tokens. Who the people are is not told here.
        </>
      ),
    },
    crumbs: [
      { label: 'OAuth apps', path: host.urls.path('/-/oauth/clients') },
      { label: visible(name), path: host.urls.path(clientPath(clientId)) },
    ],
  }
}

const queryOf = (c: AppContext) => new URL(c.req.url).searchParams

/** What is asked of a part: whatever the address says, no filter leads out of it. Throws a 400 for a parameter that cannot be read. */
async function readPart({ audit }: Provider, c: AppContext, { filter }: Part) {
  const request = parseAuditRequest(queryOf(c))
  if (!request.ok) throw new HttpError(400, request.error.message)
  const { event, grant, since, until } = request.value.filter
  return audit.search({ ...NO_AUDIT_FILTER, event, grant, since, until, ...filter }, request.value.after)
}

/** The same question with another place, without the base URL. */
function addressOf(c: AppContext, path: string, next: string | null): string {
  const query = queryOf(c)
  const asked = (name: string) => textOf(query, name)
  return withQuery(path, {
    event: asked('event'),
    grant: asked('grant'),
    since: asked('since'),
    until: asked('until'),
    _next: next,
  })
}

async function showPart(provider: Provider, c: AppContext, part: Part): Promise<Response> {
  const { host } = provider
  const { entries, next } = await readPart(provider, c, part)
  const pathOf = (place: string | null, ending: '' | '.json' = '') =>
    host.urls.path(addressOf(c, part.path + ending, place))
  return host.page(c, {
    title: part.shown.title,
    width: 'wide',
    crumbs: part.crumbs,
    headers: privatePageHeaders(),
    body: (
      <HistoryPage
        {...part.shown}
        action={host.urls.path(part.path)}
        event={textOf(queryOf(c), 'event')}
        events={AUDIT_EVENTS.map(eventWords)}
        entries={entries.map((entry) => shownEntry(provider, c, part, entry))}
        firstPath={queryOf(c).has('_next') ? pathOf(null) : null}
        nextPath={next === null ? null : pathOf(formatAuditPlace(next))}
        jsonPath={pathOf(null, '.json')}
      />
    ),
  })
}

async function listPart(provider: Provider, c: AppContext, part: Part): Promise<Response> {
  const { entries, next } = await readPart(provider, c, part)
  const place = next === null ? null : formatAuditPlace(next)
  return answerJson(c, {
    entries: entries.map((entry) => entryJson(entry, part, personOf(c).id)),
    next: place,
    next_url:
      place === null
        ? null
        : provider.host.urls.absolute(c.req.raw, addressOf(c, `${part.path}.json`, place)),
  })
}

/** What apps do by themselves, with what a person gave them: their rows name that person, and the address is the app's. */
const BY_APPS: ReadonlySet<AuditEvent> = new Set([
  'client.authentication_failed',
  'code.redeemed',
  'code.replayed',
  'token.issued',
  'token.refreshed',
  'token.revoked',
  'token.reuse_detected',
])

function whoDid({ actorId, event }: AuditEntry, reader: PersonId): HistoryEntry['by'] {
  if (actorId === null || BY_APPS.has(event)) return 'an app'
  return actorId === reader ? 'you' : 'somebody else'
}

/** Nobody's address but the reader's own, and to whoever gave an access that of the app that uses it. */
function addressFor(entry: AuditEntry, { tellsAppAddress }: Part, reader: PersonId): string | null {
  const by = whoDid(entry, reader)
  return by === 'you' || (by === 'an app' && tellsAppAddress) ? entry.address : null
}

function shownEntry({ host }: Provider, c: AppContext, part: Part, entry: AuditEntry): HistoryEntry {
  const { at, client, event, grant, grantId, ownerId, scopes } = entry
  const reader = personOf(c).id
  const hasPage = ownerId === reader && isLive(grant, host.clock.now())
  return {
    at,
    event: eventWords(event),
    given: scopes === null ? null : { lines: linesOf(host, scopes) },
    by: whoDid(entry, reader),
    app: client === null ? null : visible(client.name ?? client.clientId),
    grant:
      grantId === null
        ? null
        : { id: grantId, path: hasPage ? host.urls.path(`${APPS_PATH}/${grantId}`) : null },
    address: addressFor(entry, part, reader),
  }
}

function entryJson(entry: AuditEntry, part: Part, reader: PersonId): JsonObject {
  const { client, scopes } = entry
  return {
    id: entry.entryId,
    at: formatIso(entry.at),
    event: entry.event,
    by: whoDid(entry, reader),
    client_id: client?.clientId ?? null,
    client_name: client?.name ?? null,
    grant_id: entry.grantId,
    scope: scopes === null ? null : formatPlainScopes(scopeArrays(scopes)),
    address: addressFor(entry, part, reader),
  }
}
