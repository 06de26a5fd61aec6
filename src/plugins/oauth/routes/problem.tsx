import { privatePageHeaders, wantsPage, type AppContext, type PluginHost } from '../../../plugin.ts'
import { ProblemPage, type ProblemPageProps } from '../pages/problem.tsx'
import { MAX_UNVOUCHED_OF_PERSON } from '../protocol/unvouched.ts'
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

/** Answers whoever would let in one more app that nobody here registered than one person may have. The page can be sent again. */
export function answerTooManyApps({ host }: Pick<Provider, 'host'>, c: AppContext): Promise<Response> {
  host.log.warn({ reason: 'too-many-unvouched-apps' }, 'oauth.decision_refused')
  return answerProblem(host, c, {
    status: 409,
    error: 'Too many apps that nobody here registered',
    heading: 'You have let in too many apps',
    what: `${MAX_UNVOUCHED_OF_PERSON} apps that nobody here registered have access to your data, and no more can. Nothing was given to this one.`,
    next: 'In “Apps with access to your data” end what you no longer use, then go back and decide again.',
    code: null,
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
