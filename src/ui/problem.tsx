import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

export type ProblemProps = {
  readonly heading: string
  /** What happened, and whether anything was changed. */
  readonly what: Child
  /** What the reader can do now; null when there is nothing. */
  readonly next: string | null
  /** The machine's word for it, shown small; null when there is none. */
  readonly code: string | null
  /** Finds the log lines of the request; null when nobody will need them. */
  readonly requestId: string | null
}

/** A page that says that something did not work. */
export function Problem({ heading, what, next, code, requestId }: ProblemProps): JSX.Element {
  return (
    <>
      <h1>{heading}</h1>
      <p>{what}</p>
      {next !== null && <p>{next}</p>}
      {(code !== null || requestId !== null) && (
        <p class="fine-print">
          {code !== null && (
            <span>
              Code: <code>{code}</code>
            </span>
          )}
          {requestId !== null && (
            <span>
              Request: <code>{requestId}</code>
            </span>
          )}
        </p>
      )}
    </>
  )
}
