import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'

export type KeyValueListProps = {
  readonly items: readonly { readonly label: string; readonly value: Child }[]
}

/** Facts about one thing, a line each: what it is on the left, its value on the right, stacked where it is narrow. */
export function KeyValueList({ items }: KeyValueListProps): JSX.Element {
  return (
    <dl class="key-values">
      {items.map(({ label, value }) => (
        <div>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
