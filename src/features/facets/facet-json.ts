import { objectText } from '../json/json-value.ts'
import { queryString } from '../links.ts'
import type { Facet, FacetResults, FacetValue } from './facet.ts'
import { sortedFacets } from './facet-order.ts'
import { facetKeys, toggleValue, withoutFacet } from './facet-links.ts'

/** Where a document stands, for the addresses in it. */
export type FacetPlace = {
  readonly query: URLSearchParams
  /** Its path, ready for a link. */
  readonly path: string
  /** Scheme and host. */
  readonly origin: string
}

/** `facet_results` as JSON text (host.md §9.7). */
export function facetResultsJson({ facets, timedOut }: FacetResults, place: FacetPlace): string {
  const keys = facetKeys(facets)
  const members = facets.map((facet, at) => `${JSON.stringify(keys[at])}:${facetJson(facet, place)}`)
  return `{"results":{${members.join(',')}},"timed_out":${JSON.stringify(timedOut)}}`
}

/** `sorted_facet_results` as JSON text: the facets in the order of the page (host.md §9.7). */
export function sortedFacetsJson(
  { facets }: FacetResults,
  configured: readonly string[],
  place: FacetPlace,
): string {
  return `[${sortedFacets(facets, configured)
    .map((facet) => facetJson(facet, place))
    .join(',')}]`
}

function facetJson(facet: Facet, place: FacetPlace): string {
  const members = {
    name: JSON.stringify(facet.column),
    type: JSON.stringify(facet.kind),
    hideable: String(!facet.isConfigured),
    toggle_url: JSON.stringify(place.path + queryString(withoutFacet(place.query, facet))),
    results: `[${facet.values.map((value) => valueJson(facet, value, place)).join(',')}]`,
    truncated: String(facet.truncated),
  }
  return objectText(Object.entries(members))
}

function valueJson(facet: Facet, value: FacetValue, { query, path, origin }: FacetPlace): string {
  const { isSelected, parameters } = toggleValue(query, facet, value)
  return objectText(
    Object.entries({
      value: value.value,
      label: value.label,
      count: String(value.count),
      toggle_url: JSON.stringify(origin + path + queryString(parameters)),
      selected: String(isSelected),
    }),
  )
}
