import { parseCookies, type AppContext, type Route } from '../../../plugin.ts'
import { hashSession, type SessionHash } from '../protocol/ids.ts'
import { personOf, type Provider } from '../provider.ts'
import { answerProblem } from './problem.tsx'

/** The browser session that a page is tied to; the cookie itself where it names none. A cookie that is renewed stays the same session. */
export function sessionOf(c: AppContext): SessionHash {
  const session = c.get('session')
  return hashSession(session?.id ?? parseCookies(c.req.header('cookie')).get('ds_actor') ?? '')
}

/**
 * Lets a page through unless the session has restrictions of its own (`_r`). A token gets only the id of its user, so it
 * would have more than such a session has.
 */
export function unlessRestricted(
  { host }: Provider,
  handle: (c: AppContext) => Promise<Response>,
): Route['handle'] {
  return (c) => {
    if (!Object.hasOwn(personOf(c).actor, '_r')) return handle(c)
    return answerProblem(host, c, {
      status: 403,
      error: 'A restricted session cannot authorize apps',
      heading: 'This session cannot give access',
      what: 'You are signed in with limited rights, and an app or device could get more than those. Nothing was given to it.',
      next: 'Sign in without limits, then start again in the app or on the device.',
      code: null,
    })
  }
}
