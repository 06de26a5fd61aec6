import {
  HttpError,
  ok,
  privatePageHeaders,
  type AppContext,
  type Result,
  type Route,
} from '../../../plugin.ts'
import { endOwnGrants } from '../manage-grants.ts'
import { EndAllPage, GrantsPage } from '../pages/grants.tsx'
import type { Provider } from '../provider.ts'
import type { GrantPage } from '../storage/grant-list.ts'
import { unlessRestricted } from './browser-session.ts'
import { readPageForm } from './client-requests.ts'
import { EVERYBODYS_DESK, OWN_DESK, ownerAt, type GrantDesk } from './grant-desk.ts'
import { grantPageRoutes } from './grant-page.tsx'
import { formatGrantPlace, parseGrantPlace, textOf, withQuery } from './grant-query.ts'
import { grantJson, grantWords } from './grant-words.ts'
import { answerJson } from './json-answer.ts'
import { OAUTH_AUDIT_PATH } from './paths.ts'
import { refusePerson, refuseProgram } from './refuse.ts'

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
    ...(desk.kind === 'own'
      ? [
          {
            method: 'POST',
            path,
            allow,
            refuse,
            handle: (c: AppContext) => endAll(provider, desk, c),
          } as const,
        ]
      : []),
  ]
}

const queryOf = (c: AppContext) => new URL(c.req.url).searchParams

/** What is looked for among everybody's; among one's own there is nothing to look for. */
function askedAt({ kind }: GrantDesk, c: AppContext) {
  const query = queryOf(c)
  const isSearched = kind === 'everybody'
  return {
    client: isSearched ? textOf(query, 'client') : null,
    actor: isSearched ? textOf(query, 'actor') : null,
  }
}

async function readGrants(
  { grantList, host }: Provider,
  desk: GrantDesk,
  c: AppContext,
): Promise<Result<GrantPage, string>> {
  const place = parseGrantPlace(textOf(queryOf(c), '_next'))
  if (!place.ok) return place
  const filter = { owner: ownerAt(desk, c), ...askedAt(desk, c) }
  return ok(await grantList.page(filter, place.value, host.clock.now()))
}

/** The address of a page of the list that is asked for, without the base URL. */
function addressOf(desk: GrantDesk, c: AppContext, ending: '' | '.json', next: string | null): string {
  return withQuery(desk.path + ending, { ...askedAt(desk, c), _next: next })
}

async function showGrants(provider: Provider, desk: GrantDesk, c: AppContext): Promise<Response> {
  const { host } = provider
  const page = await readGrants(provider, desk, c)
  if (!page.ok) throw new HttpError(400, page.error)
  const { grants, next } = page.value
  const pathOf = (place: string | null) => host.urls.path(addressOf(desk, c, '', place))
  const { actor, client } = askedAt(desk, c)
  const isOwn = desk.kind === 'own'
  return host.page(c, {
    title: desk.title,
    width: 'wide',
    headers: privatePageHeaders(),
    body: (
      <GrantsPage
        title={desk.title}
        grants={grants.map((grant) => grantWords(host, desk, grant))}
        firstPath={textOf(queryOf(c), '_next') === null ? null : pathOf(null)}
        nextPath={next === null ? null : pathOf(formatGrantPlace(next))}
        jsonPath={host.urls.path(addressOf(desk, c, '.json', textOf(queryOf(c), '_next')))}
        action={host.urls.path(desk.path)}
        asked={isOwn ? null : { client: client ?? '', actor: actor ?? '' }}
        auditPath={isOwn ? null : host.urls.path(OAUTH_AUDIT_PATH)}
      />
    ),
  })
}

async function endAll(provider: Provider, desk: GrantDesk, c: AppContext): Promise<Response> {
  const { host } = provider
  const list = host.urls.path(desk.path)
  const form = await readPageForm(c)
  switch (form.get('do') ?? '') {
    case 'end-all':
      return host.page(c, {
        title: 'End all access',
        width: 'narrow',
        crumbs: [{ label: desk.title, path: list }],
        headers: privatePageHeaders(),
        body: <EndAllPage action={list} />,
      })
    case 'confirm-end-all': {
      const ended = await endOwnGrants(provider, c)
      const text =
        ended === 0
          ? 'No app had access any more.'
          : `The access of ${ended === 1 ? 'one app' : `${ended} apps`} has ended.`
      host.say(c, { text, kind: 'info' })
      return c.redirect(list, 303)
    }
    default:
      return c.redirect(list, 303)
  }
}
