import { filterParameter } from '../filter-parameter.ts'
import { textOf } from '../json/json-value.ts'
import type { Facet, FacetKind, FacetRequest, FacetValue } from './facet.ts'
import { FACET_PARAMETERS, requireFacetColumn } from './facet-request.ts'

/** The parameters of an address. */
type Parameters = readonly (readonly [string, string])[]

/** How an address narrows its rows to a value of a facet, and whether it does so now. */
type FacetToggle = { readonly isSelected: boolean; readonly parameters: Parameters }

/** The address with this value chosen, or no longer chosen; it begins at the first page. */
export function toggleValue(query: URLSearchParams, facet: FacetRequest, value: FacetValue): FacetToggle {
  const text = textOf(value.value)
  const parameter = FILTERS[facet.kind](facet.column)
  const spellings = facet.kind === 'column' ? [parameter, `${facet.column}__exact`] : [parameter]
  const others = [...query].filter(([name]) => name !== '_next')
  const kept = others.filter(([name, given]) => !(spellings.includes(name) && given === text))
  const isSelected = kept.length < others.length
  return { isSelected, parameters: isSelected ? kept : [...others, [parameter, text]] }
}

/** The address without this facet. */
export function withoutFacet(query: URLSearchParams, { kind, column }: FacetRequest): Parameters {
  return [...query].filter(
    ([name, value]) => !(name === FACET_PARAMETERS[kind] && requireFacetColumn(value) === column),
  )
}

/** The address with one facet more. */
export function withFacet(query: URLSearchParams, kind: FacetKind, column: string): Parameters {
  return [...query, [FACET_PARAMETERS[kind], column]]
}

const FILTERS: Readonly<Record<FacetKind, (column: string) => string>> = {
  column: (column) => filterParameter(column, 'exact'),
  date: (column) => `${column}__date`,
  array: (column) => `${column}__arraycontains`,
}

/** Names of facets as keys: the column, or the column with a number where it has come before. */
export function facetKeys(facets: readonly Facet[]): readonly string[] {
  const taken = new Set<string>()
  return facets.map(({ column }) => {
    let key = column
    for (let count = 2; taken.has(key); count += 1) key = `${column}_${count}`
    taken.add(key)
    return key
  })
}
