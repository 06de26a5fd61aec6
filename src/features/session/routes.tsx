import type { AppContext } from '../../routing/context.ts'
import type { Route } from '../../routing/route.ts'
import { actorLabel, isTokenActor } from '../../auth/actor.ts'
import { personIdOf } from '../../auth/person-id.ts'
import type { RootToken } from '../../auth/root-token.ts'
import { readForm } from '../../http/body.ts'
import { parseLocalPath } from '../../http/local-path.ts'
import { formPageHeaders, privatePageHeaders } from '../../http/security-headers.ts'
import type { Urls } from '../../http/urls.ts'
import type { PageRenderer, Say } from '../../routing/page-view.ts'
import type { Upstream } from '../../sessions/sessions.ts'
import type { BrowserSessions } from '../../sessions/browser-sessions.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { ActorPage } from './actor-page.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { SignOutPage } from './sign-out-page.tsx'

export type SessionDeps = {
  readonly sessions: BrowserSessions
  readonly rootToken: RootToken
  readonly urls: Urls
  readonly page: PageRenderer
  /** Ways to sign in, besides the one-time link; paths are without the base URL. */
  readonly signInLinks: () => Promise<readonly { readonly label: string; readonly path: string }[]>
  /** Where a browser goes to end the session at its provider; null for a session that has none. */
  readonly signOutUrl: (c: AppContext, upstream: Upstream) => Promise<string | null>
  readonly say: Say
}

/** Most bytes of the form that signs out. */
const MAX_FORM_BYTES = 4096

/** Signing in and out, and saying who is signed in (host.md §3). */
export function sessionRoutes(deps: SessionDeps): readonly Route[] {
  const { urls, page, sessions } = deps

  /** Where to go after signing in: a path on this site, else the home page. */
  const wayBack = (text: string | undefined) =>
    (text === undefined ? null : parseLocalPath(text)) ?? urls.path('/')

  const signInPage = async (c: AppContext, next: string | null, error: string | null) =>
    page(c, {
      title: 'Sign in',
      width: 'narrow',
      headers: privatePageHeaders(),
      status: error === null ? 200 : 403,
      body: (
        <SignInPage
          links={(await deps.signInLinks()).map((link) => ({
            label: link.label,
            path: urls.path(next === null ? link.path : withNext(link.path, next)),
          }))}
          tokenAction={urls.path('/-/auth-token')}
          next={next}
          error={error}
        />
      ),
    })

  return [
    {
      method: 'GET',
      path: '/-/actor{.json}',
      allow: { who: 'anyone' },
      handle: (c, params) => {
        const actor = c.get('actor')
        c.header('cache-control', 'private, no-store')
        if (params['format'] === 'json') return jsonAnswer(c, [JSON.stringify({ ok: true, actor })], {})
        const body = (
          <ActorPage
            actor={actor}
            signInPath={urls.path('/-/sign-in')}
            jsonPath={urls.path('/-/actor.json')}
          />
        )
        return page(c, { title: 'Who you are here', width: 'narrow', body })
      },
    },
    {
      method: 'GET',
      path: '/-/sign-in',
      allow: { who: 'anyone' },
      handle: (c) => signInPage(c, parseLocalPath(c.req.query('next') ?? ''), null),
    },
    {
      method: 'GET',
      path: '/-/auth-token',
      allow: { who: 'anyone' },
      handle: async (c) => {
        const next = c.req.query('next')
        // Programs that preview links ask with HEAD; they must not use the link up.
        if (c.req.method === 'HEAD') return signInPage(c, parseLocalPath(next ?? ''), null)
        const outcome = deps.rootToken.redeem(tokenIn(c.req.query('token') ?? ''), c.get('actor'))
        if (outcome.kind === 'refused') return signInPage(c, parseLocalPath(next ?? ''), outcome.message)
        if (outcome.kind === 'signed-in') await sessions.start(c, { actor: outcome.actor, upstream: null })
        return c.redirect(wayBack(next), 302)
      },
    },
    {
      method: 'GET',
      path: '/-/logout',
      allow: { who: 'anyone' },
      handle: async (c) => {
        const actor = c.get('actor')
        if (actor === null) return c.redirect(urls.path('/'), 302)
        const here = c.get('session')?.id
        const personId = isTokenActor(actor) ? null : personIdOf(actor)
        const list = personId === null ? [] : await sessions.listOf(personId)
        const body = (
          <SignOutPage
            label={actorLabel(actor)}
            action={urls.path('/-/logout')}
            homePath={urls.path('/')}
            sessions={list.map((session) => ({ ...session, isHere: session.id === here }))}
          />
        )
        return page(c, { title: 'Sign out', width: 'narrow', headers: formPageHeaders(), body })
      },
    },
    {
      method: 'POST',
      path: '/-/logout',
      allow: { who: 'anyone' },
      handle: async (c) => {
        const actor = c.get('actor')
        const form = await readForm(c.req.raw, MAX_FORM_BYTES)
        const personId = actor === null || isTokenActor(actor) ? null : personIdOf(actor)
        const isEverywhere = form.has('everywhere') && personId !== null
        const upstream = await sessions.end(c)
        if (isEverywhere) await sessions.endAllOf(personId)
        const text = isEverywhere ? 'You are now logged out everywhere' : 'You are now logged out'
        deps.say(c, { text, kind: 'warning' })
        const next = parseLocalPath(c.req.query('next') ?? '')
        const path = next === null ? '/' : `/-/sign-in?next=${encodeURIComponent(next)}`
        // Who only changes the person goes on here; the provider is asked for another person when they sign in.
        const provider = upstream === null || next !== null ? null : await deps.signOutUrl(c, upstream)
        return c.redirect(provider ?? urls.path(path), 302)
      },
    },
  ]
}

/** The token in what was pasted: the token itself or the whole link that the server printed. */
function tokenIn(pasted: string): string {
  const text = pasted.trim()
  return /[?&]token=([^&\s]+)/u.exec(text)?.[1] ?? text
}

function withNext(path: string, next: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`
}
