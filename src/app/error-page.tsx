import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton } from '../ui/button.tsx'
import { Problem, type ProblemProps } from '../ui/problem.tsx'

export type ErrorPageProps = ProblemProps & {
  /** The HTTP status, shown small above the heading. */
  readonly status: number
  /** Where somebody goes on, apart from a page that has to stay; null where nothing would help. `path` is ready for a link. */
  readonly way: { readonly label: string; readonly path: string; readonly isApart: boolean } | null
}

/** A request that was refused or failed. Never shows a path of the machine, SQL or a stack. Goes into a narrow page. */
export function ErrorPage({ status, way, ...problem }: ErrorPageProps): JSX.Element {
  return (
    <>
      <p class="eyebrow">Error {status}</p>
      <Problem {...problem} />
      {way !== null && (
        <p class="actions">
          <LinkButton kind="primary" path={way.path} isApart={way.isApart}>
            {way.label}
          </LinkButton>
        </p>
      )}
    </>
  )
}
