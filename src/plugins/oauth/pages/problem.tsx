import type { JSX } from 'hono/jsx/jsx-runtime'
import { Problem } from '../../../plugin.ts'

export type ProblemPageProps = {
  readonly heading: string
  /** What happened, and whether anything was changed. */
  readonly what: string
  /** What the reader can do now. */
  readonly next: string
  /** The code that the standard gives it (`invalid_request`), shown small. */
  readonly code: string | null
  /** Where the reader may go on, if they want to. */
  readonly link?: { readonly label: string; readonly href: string }
}

/** An OAuth request that cannot go on, and must not be sent back to an app. Goes into a narrow page. */
export function ProblemPage({ link, ...problem }: ProblemPageProps): JSX.Element {
  return (
    <>
      <Problem {...problem} requestId={null} />
      {link !== undefined && (
        <p>
          <a href={link.href} rel="noreferrer">
            {link.label}
          </a>
        </p>
      )}
    </>
  )
}
