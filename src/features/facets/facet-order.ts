import { byName } from '../listing.ts'
import type { Facet } from './facet.ts'

/** Facets in the order in which people see them: those of the configuration as it has them, then those with the most values. */
export function sortedFacets(facets: readonly Facet[], configured: readonly string[]): readonly Facet[] {
  const rank = ({ column }: Facet) => configured.indexOf(column)
  const first = facets.filter((facet) => rank(facet) !== -1).sort((a, b) => rank(a) - rank(b))
  const others = facets
    .filter((facet) => rank(facet) === -1)
    .sort((a, b) => b.values.length - a.values.length || byName(b.column, a.column))
  return [...first, ...others]
}
