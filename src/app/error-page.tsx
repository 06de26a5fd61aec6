import type { JSX } from 'hono/jsx/jsx-runtime'
import { Problem, type ProblemProps } from '../ui/problem.tsx'

export type ErrorPageProps = ProblemProps & {
  /** The HTTP status, shown small above the heading. */
  readonly status: number
}

/** A request that was refused or failed. Never shows a path of the machine, SQL or a stack. Goes into a narrow page. */
export function ErrorPage({ status, ...problem }: ErrorPageProps): JSX.Element {
  return (
    <>
      <p class="eyebrow">Error {status}</p>
      <Problem {...problem} />
    </>
  )
}
