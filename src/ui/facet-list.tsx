import type { JSX } from 'hono/jsx/jsx-runtime'

/** One value with the number of rows that have it. Paths are ready for a link. */
export type FacetItem = {
  readonly label: string
  readonly count: number
  /** Shows only these rows, or all again when they are chosen. */
  readonly path: string
  readonly isSelected: boolean
}

export type FacetPanel = {
  /** The column, and how its values are grouped where that is not by value. */
  readonly title: string
  readonly items: readonly FacetItem[]
  /** Shows more values; null when these are all. */
  readonly morePath: string | null
  /** Takes the facet away; null for one that always stays. */
  readonly removePath: string | null
}

/** Facets side by side: each value with its rows, and a bar for its share of the largest. */
export function FacetList({ facets }: { readonly facets: readonly FacetPanel[] }): JSX.Element {
  return (
    <div class="facets">
      {facets.map((facet) => (
        <Panel facet={facet} />
      ))}
    </div>
  )
}

function Panel({ facet }: { readonly facet: FacetPanel }): JSX.Element {
  const largest = Math.max(1, ...facet.items.map(({ count }) => count))
  return (
    <section class="facet">
      <h2>
        <bdi>{facet.title}</bdi>
        {facet.removePath !== null && (
          <a class="facet-remove" href={facet.removePath} aria-label={`Remove the facet ${facet.title}`}>
            ✕
          </a>
        )}
      </h2>
      {facet.items.length === 0 ? (
        <p class="explain">No values.</p>
      ) : (
        <ul>
          {facet.items.map((item) => (
            <li>
              <Value item={item} share={item.count / largest} />
            </li>
          ))}
        </ul>
      )}
      {facet.morePath !== null && <a href={facet.morePath}>More values</a>}
    </section>
  )
}

function Value({ item, share }: { readonly item: FacetItem; readonly share: number }): JSX.Element {
  return (
    <a
      class={item.isSelected ? 'facet-value facet-chosen' : 'facet-value'}
      href={item.path}
      aria-current={item.isSelected ? 'true' : undefined}
    >
      <span class="facet-label">
        <bdi>{item.label}</bdi>
        {item.isSelected && <span class="visually-hidden"> (chosen; follow to show all rows)</span>}
      </span>
      <span class="facet-count">{item.count.toLocaleString('en')}</span>
      <svg class="facet-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(share * 100).toFixed(1)} height="1" />
      </svg>
    </a>
  )
}
