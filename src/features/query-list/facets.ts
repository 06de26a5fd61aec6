import { changedParameters, queryString } from '../links.ts'
import type { ListedQuery } from '../stored-queries.ts'
import { passes, type QueryFilters } from './filters.ts'

/** A way to narrow a list. Keys are those of the JSON (host.md §9.9). */
export type QueryFacet = { readonly title: string; readonly items: readonly QueryFacetItem[] }

export type QueryFacetItem = {
  readonly label: string
  /** How many queries there are with this value and the other filters. */
  readonly count: number
  /** Chooses the value, or no longer; ready for a link. */
  readonly href: string
  readonly active: boolean
}

const FACETS = [
  {
    title: 'Mode',
    filter: 'is_write',
    items: [
      ['Read-only', '0'],
      ['Writable', '1'],
    ],
  },
  {
    title: 'Visibility',
    filter: 'is_private',
    items: [
      ['Not private', '0'],
      ['Private', '1'],
    ],
  },
] as const

/** The facets of a list of all these queries. `here` is its address without the parameters. */
export function queryFacets(
  queries: readonly ListedQuery[],
  filters: QueryFilters,
  here: string,
  parameters: URLSearchParams,
): readonly QueryFacet[] {
  return FACETS.map(({ title, filter, items }) => ({
    title,
    items: items.map(([label, value]) => {
      const active = filters[filter] === value
      const chosen = { ...filters, [filter]: value }
      const added = active ? [] : [[filter, value] as const]
      return {
        label,
        count: queries.filter(({ query }) => passes(chosen, query)).length,
        href: here + queryString(changedParameters(parameters, [filter, '_next'], added)),
        active,
      }
    }),
  }))
}
