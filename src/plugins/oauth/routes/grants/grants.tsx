import {
  HttpError,
  ok,
  privatePageHeaders,
  type AppContext,
  type Result,
  type Route,
} from '../../../../plugin.ts'
import { endFound } from '../../manage-grants.ts'
import { EndAllPage, GrantsPage } from '../../pages/grants.tsx'
import type { Provider } from '../../provider.ts'
import type { GrantPage } from '../../storage/grant-list.ts'
import type { EndedGrant } from '../../storage/grants.ts'
import { unlessRestricted } from '../browser-session.ts'
import { readPageForm } from '../client-requests.ts'
import {
  askedAt,
  EVERYBODYS_DESK,
  filterAt,
  OWN_DESK,
  type AskedAtDesk,
  type GrantDesk,
} from './grant-desk.ts'
import { grantPageRoutes } from './grant-page.tsx'
import { formatGrantPlace, parseGrantPlace, textOf, withQuery } from './grant-query.ts'
import { grantJson, grantWords } from './grant-words.ts'
import { answerJson } from '../json-answer.ts'
import { HISTORY_PATH, OAUTH_AUDIT_PATH } from '../paths.ts'
import { refusePerson, refuseProgram } from '../refuse.ts'

/** `/-/oauth/apps`, where people take back what they gave to apps, and `/-/oauth/grants`, the same for everybody's. */
export function grantRoutes(provider: Provider): readonly Route[] {
  return [OWN_DESK, EVERYBODYS_DESK]
    .flatMap((desk) => [...listRoutes(provider, desk), ...grantPageRoutes(provider, desk)])
    .map((route) => ({ ...route, handle: unlessRestricted(provider, route.handle, 'manage') }))
}

function listRoutes(provider: Provider, desk: GrantDesk): readonly Route[] {
  const { allow, path } = desk
  const refuse = refusePerson(provider.host)
  return [
    { method: 'GET', path, allow, refuse, handle: (c) => showGrants(provider, desk, c) },
    {
      method: 'GET',
      path: `${path}.json`,
      allow,
      refuse: refuseProgram,
      handle: async (c) => {
        const page = await readGrants(provider, desk, c)
        if (!page.ok) return answerJson(c, { error: page.error }, 400)
        const { grants, next } = page.value
        const nextPath = next === null ? null : addressOf(desk, c, '.json', formatGrantPlace(next))
        return answerJson(c, {
          grants: grants.map(grantJson),
          next: next === null ? null : formatGrantPlace(next),
          next_url: nextPath === null ? null : provider.host.urls.absolute(c.req.raw, nextPath),
        })
      },
    },
    { method: 'POST', path, allow, refuse, handle: (c) => endAll(provider, desk, c) },
  ]
}

const queryOf = (c: AppContext) => new URL(c.req.url).searchParams

async function readGrants(
  { grantList, host }: Provider,
  desk: GrantDesk,
  c: AppContext,
): Promise<Result<GrantPage, string>> {
  const place = parseGrantPlace(textOf(queryOf(c), '_next'))
  if (!place.ok) return place
  const filter = filterAt(desk, c, askedAt(desk, queryOf(c)))
  return ok(await grantList.page(filter, place.value, host.clock.now()))
}

/** The address of a page of the list that is asked for, without the base URL. */
function addressOf(desk: GrantDesk, c: AppContext, ending: '' | '.json', next: string | null): string {
  return withQuery(desk.path + ending, { ...askedAt(desk, queryOf(c)), _next: next })
}

async function showGrants(provider: Provider, desk: GrantDesk, c: AppContext): Promise<Response> {
  const { host } = provider
  const page = await readGrants(provider, desk, c)
  if (!page.ok) throw new HttpError(400, page.error)
  const { grants, next } = page.value
  const pathOf = (place: string | null) => host.urls.path(addressOf(desk, c, '', place))
  const asked = askedAt(desk, queryOf(c))
  const isOwn = desk.kind === 'own'
  return host.page(c, {
    title: desk.title,
    width: 'wide',
    headers: privatePageHeaders(),
    body: (
      <GrantsPage
        title={desk.title}
        grants={grants.map((grant) => grantWords(host, desk, grant, asked))}
        found={isOwn || isSearch(asked) ? await countFound(provider, desk, c, asked) : 0}
        firstPath={textOf(queryOf(c), '_next') === null ? null : pathOf(null)}
        nextPath={next === null ? null : pathOf(formatGrantPlace(next))}
        jsonPath={host.urls.path(addressOf(desk, c, '.json', textOf(queryOf(c), '_next')))}
        action={host.urls.path(desk.path)}
        isOwn={isOwn}
        asked={asked}
        auditPath={host.urls.path(isOwn ? HISTORY_PATH : OAUTH_AUDIT_PATH)}
      />
    ),
  })
}

const isSearch = ({ actor, client }: AskedAtDesk) => actor !== null || client !== null

function countFound(
  { grantList, host }: Provider,
  desk: GrantDesk,
  c: AppContext,
  asked: AskedAtDesk,
): Promise<number> {
  return grantList.count(filterAt(desk, c, asked), host.clock.now())
}

/** Ends what was found, after asking once. Everybody's are never ended without a search. */
async function endAll(provider: Provider, desk: GrantDesk, c: AppContext): Promise<Response> {
  const { host } = provider
  const form = await readPageForm(c)
  const asked = askedAt(desk, form)
  const action = host.urls.path(desk.path)
  const listPath = withQuery(action, asked)
  if (desk.kind === 'everybody' && !isSearch(asked)) return c.redirect(action, 303)
  switch (form.get('do') ?? '') {
    case 'end-all': {
      const found = await countFound(provider, desk, c, asked)
      return host.page(c, {
        title: 'End all access',
        width: 'narrow',
        crumbs: [{ label: desk.title, path: listPath }],
        headers: privatePageHeaders(),
        body: <EndAllPage action={action} listPath={listPath} asked={asked} found={found} />,
      })
    }
    case 'confirm-end-all': {
      const ended = await endFound(provider, c, filterAt(desk, c, asked))
      const left = await countFound(provider, desk, c, asked)
      const rest = left === 0 ? '' : ` ${left} more are still found: end them too.`
      host.say(c, { text: sayEnded(ended) + rest, kind: left === 0 ? 'info' : 'warning' })
      return c.redirect(desk.kind === 'own' && left === 0 ? action : listPath, 303)
    }
    default:
      return c.redirect(listPath, 303)
  }
}

function sayEnded(ended: readonly EndedGrant[]): string {
  const apps = new Set(ended.map(({ clientId }) => clientId)).size
  if (apps === 0) return 'No app had access any more.'
  const whose = apps === 1 ? 'one app' : `${apps} apps`
  return ended.length === apps
    ? `The access of ${whose} has ended.`
    : `${ended.length} accesses of ${whose} have ended.`
}
