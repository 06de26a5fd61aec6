import { parseCookies, type AppContext, type Route } from '../../../plugin.ts'
import { hashSession, type SessionHash } from '../protocol/ids.ts'
import { personOf, type Provider } from '../provider.ts'
import { answerProblem } from './problem.tsx'

/** The browser session that a page is tied to; the cookie itself where it names none. A cookie that is renewed stays the same session. */
export function sessionOf(c: AppContext): SessionHash {
  const session = c.get('session')
  return hashSession(session?.id ?? parseCookies(c.req.header('cookie')).get('ds_actor') ?? '')
}

/** What is said to a restricted session that would give access, and to one that would look after access. */
const REFUSALS = {
  give: {
    error: 'A restricted session cannot authorize apps',
    heading: 'This session cannot give access',
    what: 'You are signed in with limited rights, and an app or device could get more than those. Nothing was given to it.',
    next: 'Sign in without limits, then start again in the app or on the device.',
  },
  manage: {
    error: 'A restricted session cannot look after access of apps',
    heading: 'This session cannot look after access',
    what: 'You are signed in with limited rights, and what apps may do is not among them. Nothing was changed.',
    next: 'Sign in without limits, then open this page again.',
  },
} as const

/**
 * Lets a page through unless the session has restrictions of its own (`_r`). A token gets only the id of its user, so it
 * would have more than such a session has; and what people gave to apps is theirs, not that of a part of their rights.
 */
export function unlessRestricted(
  { host }: Provider,
  handle: Route['handle'],
  purpose: keyof typeof REFUSALS = 'give',
): Route['handle'] {
  return (c, params) => {
    if (!Object.hasOwn(personOf(c).actor, '_r')) return handle(c, params)
    return answerProblem(host, c, { status: 403, ...REFUSALS[purpose], code: null })
  }
}
