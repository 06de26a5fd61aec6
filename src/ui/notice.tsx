import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

/** What a notice is about. `danger` also announces itself to screen readers. */
export type NoticeKind = 'info' | 'good' | 'warning' | 'danger'

export type NoticeProps = {
  readonly kind: NoticeKind
  /** The point in a few words. It carries the meaning, so that colour never does alone. */
  readonly title: string
  readonly children?: Child
}

/** A box that stands out from the page: a result, a warning, an error. */
export function Notice({ kind, title, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'danger' ? 'alert' : undefined}>
      <p class="notice-title">{title}</p>
      {children}
    </div>
  )
}
