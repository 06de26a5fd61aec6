import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { LinkButton } from './button.tsx'

export type FormActionsProps = {
  /** Where it leads to do nothing, ready for a link. */
  readonly cancelPath: string
  /** The buttons of the form. */
  readonly children: Child
}

/** The end of a form: its buttons, and the way out. */
export function FormActions({ cancelPath, children }: FormActionsProps): JSX.Element {
  return (
    <div class="actions">
      {children}
      <LinkButton kind="plain" path={cancelPath}>
        Cancel
      </LinkButton>
    </div>
  )
}
