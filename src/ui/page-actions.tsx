import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton } from './button.tsx'

export type PageActionsProps = {
  /** Ready for links. */
  readonly actions: readonly { readonly label: string; readonly path: string }[]
}

/** What the reader may do to what the page shows; nothing at all for those who may only read. */
export function PageActions({ actions }: PageActionsProps): JSX.Element | null {
  if (actions.length === 0) return null
  return (
    <nav class="actions" aria-label="Actions">
      {actions.map(({ label, path }) => (
        <LinkButton kind="plain" path={path}>
          {label}
        </LinkButton>
      ))}
    </nav>
  )
}
