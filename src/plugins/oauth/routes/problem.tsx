import { privatePageHeaders, wantsPage, type AppContext, type PluginHost } from '../../../plugin.ts'
import { ProblemPage, type ProblemPageProps } from '../pages/problem.tsx'
import { answerJson } from './json-answer.ts'

/** Something that did not work, told to whoever asked: `error` to a program, the rest to a person. */
export type Problem = ProblemPageProps & {
  readonly status: 400 | 403 | 404 | 409
  /** What a program gets as `error`. */
  readonly error: string
}

/** Answers with a page for a browser and with JSON for anything else. Never a redirect. */
export async function answerProblem(host: PluginHost, c: AppContext, problem: Problem): Promise<Response> {
  if (!wantsPage(c.req.raw)) return answerJson(c, { error: problem.error }, problem.status)
  const { heading, what, next, code } = problem
  return host.page(c, {
    title: heading,
    width: 'narrow',
    status: problem.status,
    headers: privatePageHeaders(),
    body: <ProblemPage heading={heading} what={what} next={next} code={code} />,
  })
}
