import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

export type EmptyStateProps = {
  /** What would be here. */
  readonly title: string
  /** The one action that puts it here. */
  readonly children: Child
}

/** Stands where a list would be while the list has nothing in it. */
export function EmptyState({ title, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty-state">
      <p class="empty-state-title">{title}</p>
      {children}
    </div>
  )
}
