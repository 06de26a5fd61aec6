import type { FacetPanel } from '../../ui/facet-list.tsx'
import type { Facet, FacetKind } from '../facets/facet.ts'
import { sortedFacets } from '../facets/facet-order.ts'
import { toggleValue, withFacet, withoutFacet } from '../facets/facet-links.ts'
import { textOf } from '../json/json-value.ts'
import type { Suggestion } from '../facets/suggestions.ts'
import { changedParameters, queryString } from '../links.ts'

/** Facets as a page shows them. `configured` names the columns of those that the configuration asks for, in its order. */
export function facetPanels(
  facets: readonly Facet[],
  configured: readonly string[],
  query: URLSearchParams,
  here: string,
): readonly FacetPanel[] {
  const link = (parameters: Iterable<readonly [string, string]>) => here + queryString(parameters)
  return sortedFacets(facets, configured).map((facet) => ({
    title: facetTitle(facet.kind, facet.column),
    items: facet.values.map((value) => {
      const { isSelected, parameters } = toggleValue(query, facet, value)
      return { label: labelText(value.label), count: value.count, path: link(parameters), isSelected }
    }),
    morePath: facet.truncated
      ? link(changedParameters(query, ['_next', '_facet_size'], [['_facet_size', 'max']]))
      : null,
    removePath: facet.isConfigured ? null : link(withoutFacet(query, facet)),
  }))
}

/** Links that add a facet. */
export function suggestionLinks(
  suggestions: readonly Suggestion[],
  query: URLSearchParams,
  here: string,
): readonly { readonly label: string; readonly path: string }[] {
  return suggestions.map(({ kind, column }) => ({
    label: facetTitle(kind, column),
    path: here + queryString(withFacet(query, kind, column)),
  }))
}

function facetTitle(kind: FacetKind, column: string): string {
  return kind === 'column' ? column : `${column} (${kind === 'date' ? 'by day' : 'items'})`
}

function labelText(json: string): string {
  if (json === 'null') return '(nothing)'
  const text = textOf(json)
  return text === '' ? '(empty)' : text
}
