import { privatePageHeaders, visible, type AppContext, type Route } from '../../../../plugin.ts'
import { endGrant, narrowGrant } from '../../manage-grants.ts'
import { GrantPage } from '../../pages/grant.tsx'
import { isGrantId } from '../../protocol/ids.ts'
import { keepScopes } from '../../protocol/narrowing.ts'
import type { Provider } from '../../provider.ts'
import type { ListedGrant } from '../../storage/grant-list.ts'
import { readPageForm } from '../client-requests.ts'
import { askedAt, ownerAt, type GrantDesk } from './grant-desk.ts'
import { withQuery } from './grant-query.ts'
import { grantWords } from './grant-words.ts'
import { answerJson } from '../json-answer.ts'
import { answerProblem } from '../problem.tsx'
import { refusePerson, refuseProgram } from '../refuse.ts'

/** One grant at a desk: its page, and its end for programs. A grant that is not at this desk is not there. */
export function grantPageRoutes(provider: Provider, desk: GrantDesk): readonly Route[] {
  const { host } = provider
  const page = { path: `${desk.path}/:grant_id`, allow: desk.allow, refuse: refusePerson(host) } as const

  const withGrant =
    (
      act: (c: AppContext, grant: ListedGrant) => Promise<Response>,
      otherwise: (c: AppContext) => Response | Promise<Response>,
    ): Route['handle'] =>
    async (c, params) => {
      const grantId = params['grant_id']
      const found = isGrantId(grantId)
        ? await provider.grantList.find(grantId, ownerAt(desk, c), host.clock.now())
        : null
      return found === null ? otherwise(c) : act(c, found)
    }
  const answerGone = (c: AppContext) =>
    answerProblem(host, c, {
      status: 404,
      error: 'Grant not found',
      heading: 'There is no such access',
      what: 'It has ended already, or the address is not complete. Nothing was changed.',
      next: 'Go to the list of apps and choose from there.',
      code: null,
    })

  return [
    {
      method: 'GET',
      ...page,
      handle: withGrant((c, grant) => showGrant(provider, desk, c, grant, null), answerGone),
    },
    {
      method: 'POST',
      ...page,
      handle: withGrant((c, grant) => change(provider, desk, c, grant), answerGone),
    },
    {
      method: 'DELETE',
      path: `${desk.path}/:grant_id.json`,
      allow: desk.allow,
      refuse: refuseProgram,
      handle: withGrant(
        async (c, grant) => {
          const ended = await endGrant(provider, c, grant)
          return ended ? answerJson(c, { ok: true }) : answerJson(c, { error: 'Grant not found' }, 404)
        },
        (c) => answerJson(c, { error: 'Grant not found' }, 404),
      ),
    },
  ]
}

/** Why a change was not made, and the boxes as they were sent. */
type Refused = { readonly error: string; readonly kept: readonly string[] }

async function showGrant(
  { host }: Provider,
  desk: GrantDesk,
  c: AppContext,
  grant: ListedGrant,
  refused: Refused | null,
): Promise<Response> {
  const asked = askedAt(desk, new URL(c.req.url).searchParams)
  const words = grantWords(host, desk, grant, asked)
  const ticked = new Set(refused?.kept ?? words.lines?.map(({ value }) => value))
  return host.page(c, {
    title: 'The access of an app',
    width: 'narrow',
    status: refused === null ? 200 : 400,
    crumbs: [{ label: desk.title, path: withQuery(host.urls.path(desk.path), asked) }],
    headers: privatePageHeaders(),
    body: <GrantPage grant={words} ticked={ticked} error={refused?.error ?? null} />,
  })
}

async function change(
  provider: Provider,
  desk: GrantDesk,
  c: AppContext,
  grant: ListedGrant,
): Promise<Response> {
  const { host } = provider
  const asked = askedAt(desk, new URL(c.req.url).searchParams)
  const here = withQuery(host.urls.path(`${desk.path}/${grant.grantId}`), asked)
  const name = visible(grant.client.name)
  const say = (text: string) => host.say(c, { text, kind: 'info' })
  const form = await readPageForm(c)
  switch (form.get('do') ?? '') {
    case 'end':
      say(
        (await endGrant(provider, c, grant))
          ? sayEnded(desk, grant, name)
          : `This access of ${name} had ended before.`,
      )
      return c.redirect(withQuery(host.urls.path(desk.path), asked), 303)
    case 'narrow': {
      const kept = form.getAll('keep')
      const left = keepScopes(grant.scopes, kept)
      if (left === null) {
        const error = 'Leave at least one box ticked, or end the access of the app.'
        return showGrant(provider, desk, c, grant, { error, kept })
      }
      if (JSON.stringify(left) === JSON.stringify(grant.scopes)) {
        say('Nothing was changed.')
      } else if (await narrowGrant(provider, c, grant, left)) {
        say(
          grant.others === 0
            ? `${name} may do less from now on.`
            : `${name} may do less with this access from now on. ${sayOthers(desk, grant, name)}`,
        )
      } else {
        host.say(c, {
          text: 'Nothing was changed: this access changed or ended in the meantime. Look again.',
          kind: 'warning',
        })
      }
      return c.redirect(here, 303)
    }
    default:
      return c.redirect(here, 303)
  }
}

/** What is true after one access was ended: the app may have others, of this person or of somebody else. */
function sayEnded(desk: GrantDesk, grant: ListedGrant, name: string): string {
  if (grant.others > 0) return `This access of ${name} has ended. ${sayOthers(desk, grant, name)}`
  return desk.kind === 'own'
    ? `${name} has no access any more.`
    : `This access of ${name} has ended. It has no other of this person.`
}

function sayOthers({ kind }: GrantDesk, { others }: ListedGrant, name: string): string {
  const whose = kind === 'own' ? '' : ' of this person'
  return `${name} still has ${others === 1 ? 'one other' : `${others} others`}${whose}.`
}
