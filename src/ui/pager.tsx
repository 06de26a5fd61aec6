import type { JSX } from 'hono/jsx/jsx-runtime'

export type PagerProps = {
  /** What this page shows ("Rows 101 to 200 of 1,234"). */
  readonly summary: string
  /** Back to the start; null on the first page. Pages are found by key, so there is no way one page back. */
  readonly firstPath: string | null
  /** Null on the last page. */
  readonly nextPath: string | null
}

/** The way through a list that does not fit on one page. */
export function Pager({ summary, firstPath, nextPath }: PagerProps): JSX.Element {
  return (
    <nav class="pager" aria-label="Pages">
      <p>{summary}</p>
      {firstPath !== null && (
        <a class="button button-plain" href={firstPath} rel="first">
          First page
        </a>
      )}
      {nextPath !== null && (
        <a class="button button-plain" href={nextPath} rel="next">
          Next page
        </a>
      )}
    </nav>
  )
}
