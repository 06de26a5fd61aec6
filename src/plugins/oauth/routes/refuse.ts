import { wantsPage, type AppContext, type PluginHost, type Refusal, type Route } from '../../../plugin.ts'
import { answerJson } from './json-answer.ts'
import { answerProblem } from './problem.tsx'

type Refuse = NonNullable<Route['refuse']>

/** How endpoints for programs say no (host.md §13.1), whatever the request accepts. */
export const refuseProgram: Refuse = (c, refusal) => {
  const { status, error } = recorded(refusal)
  return answerJson(c, { error }, status)
}

/**
 * How pages say no: a browser that is not signed in goes to the sign-in page and comes back to the exact address, any
 * other refusal is a page that says what to do. A program gets what `refuseProgram` says.
 */
export function refusePerson(host: PluginHost): Refuse {
  return (c, refusal) => {
    if (!wantsPage(c.req.raw)) return refuseProgram(c, refusal)
    const { status, error } = recorded(refusal)
    switch (refusal.reason) {
      case 'signed-out':
        if (c.req.method === 'GET' || c.req.method === 'HEAD') return signInFirst(host, c)
        return answerProblem(host, c, {
          status: 403,
          error,
          heading: 'You are signed out',
          what: 'Your session ended before the form was sent. Nothing was changed.',
          next: 'Sign in, then start again.',
          code: null,
        })
      case 'token-not-accepted':
        return answerProblem(host, c, {
          status: 403,
          error,
          heading: 'A token cannot be used here',
          what: 'This page is for people. The request came with an API token, and nothing was changed.',
          next: 'Sign in with your browser.',
          code: null,
        })
      case 'forbidden':
        return answerProblem(host, c, {
          status: 403,
          error,
          heading: 'You cannot do this here',
          what: `Your account does not have the permission ${refusal.action}. Nothing was changed.`,
          next: 'Ask the owner of this site for it, or sign in as somebody else.',
          code: null,
        })
      case 'method-not-allowed':
        return answerJson(c, { error }, status)
    }
  }
}

/** The way back is a path on this site, so that signing in cannot lead anywhere else. */
function signInFirst(host: PluginHost, c: AppContext): Response {
  const here = host.urls.here(c.req.raw)
  c.header('cache-control', 'no-store')
  c.header('referrer-policy', 'no-referrer')
  return c.redirect(host.urls.path(`/-/sign-in?next=${encodeURIComponent(here)}`), 302)
}

function recorded(refusal: Refusal): { readonly status: 403 | 405; readonly error: string } {
  switch (refusal.reason) {
    case 'signed-out':
      return { status: 403, error: 'Authentication required' }
    case 'token-not-accepted':
      return { status: 403, error: 'Token authentication cannot be used here' }
    case 'forbidden':
      return { status: 403, error: 'Permission denied' }
    case 'method-not-allowed':
      return { status: 405, error: 'Method not allowed' }
  }
}
