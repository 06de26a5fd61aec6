import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton } from '../../ui/button.tsx'
import type { Paged } from './paging.ts'

/** The ways to the pages beside this one. */
export function PageSteps({
  previousUrl,
  nextUrl,
}: Pick<Paged<unknown>, 'previousUrl' | 'nextUrl'>): JSX.Element {
  return (
    <div class="actions">
      {previousUrl !== null && (
        <LinkButton kind="plain" path={previousUrl}>
          Previous page
        </LinkButton>
      )}
      {nextUrl !== null && (
        <LinkButton kind="plain" path={nextUrl}>
          Next page
        </LinkButton>
      )}
    </div>
  )
}
