import type { JSX } from 'hono/jsx/jsx-runtime'

/** One of several pages that belong together. `path` is ready for a link. */
export type Tab = { readonly title: string; readonly path: string; readonly isHere: boolean }

export type TabsProps = {
  /** What the pages have in common, for screen readers. */
  readonly label: string
  readonly tabs: readonly Tab[]
}

/** Links between pages that belong together. */
export function Tabs({ label, tabs }: TabsProps): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {tabs.map(({ title, path, isHere }) => (
          <li>
            <a href={path} aria-current={isHere ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
