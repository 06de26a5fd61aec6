import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

export type TagProps = { readonly kind: 'neutral' | 'good' | 'warning'; readonly children: Child }

/** One or two words beside a name that say what sort of thing it is. */
export function Tag({ kind, children }: TagProps): JSX.Element {
  return <span class={`tag tag-${kind}`}>{children}</span>
}
