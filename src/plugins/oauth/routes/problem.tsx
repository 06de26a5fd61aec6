import { privatePageHeaders, wantsPage, type AppContext, type PluginHost } from '../../../plugin.ts'
import { ProblemPage, type ProblemPageProps } from '../pages/problem.tsx'
import type { Provider } from '../provider.ts'
import { answerJson } from './json-answer.ts'

/** Something that did not work, told to whoever asked: `error` to a program, the rest to a person. */
export type Problem = ProblemPageProps & {
  readonly status: 400 | 403 | 404 | 409 | 429
  /** What a program gets as `error`. */
  readonly error: string
}

/** Answers with a page for a browser and with JSON for anything else. Never a redirect. */
export async function answerProblem(host: PluginHost, c: AppContext, problem: Problem): Promise<Response> {
  if (!wantsPage(c.req.raw)) return answerJson(c, { error: problem.error }, problem.status)
  const { status, error: _, ...shown } = problem
  return host.page(c, {
    title: shown.heading,
    width: 'narrow',
    status,
    headers: privatePageHeaders(),
    body: <ProblemPage {...shown} />,
  })
}

/** Answers a decision whose page was not shown to this session, or was changed on the way. */
export function answerForeignDecision(host: PluginHost, c: AppContext): Promise<Response> {
  return answerProblem(host, c, {
    status: 400,
    error: 'Invalid consent page',
    heading: 'This decision does not belong to your session',
    what: 'The page was opened by somebody else or before you signed in, or it was changed on the way. Nothing was given.',
    next: 'Go back to the app or device and start again.',
    code: 'invalid_request',
  })
}

/** Answers a decision whose session ended while it was on its way. */
export function answerSignedOut({ host }: Provider, c: AppContext): Promise<Response> {
  host.log.info({ reason: 'signed-out' }, 'oauth.decision_refused')
  return answerProblem(host, c, {
    status: 403,
    error: 'Authentication required',
    heading: 'You are signed out',
    what: 'You were signed out before your decision arrived. Nothing was given.',
    next: 'Sign in, go back to the app or device, and start again.',
    code: 'access_denied',
  })
}
