/** How values are grouped: as they are, by day, or by each item of a JSON array. */
export type FacetKind = 'column' | 'date' | 'array'

/** A facet that the configuration or the address asks for. */
export type FacetRequest = {
  readonly kind: FacetKind
  readonly column: string
  /** Visitors cannot take away what the configuration asks for. */
  readonly isConfigured: boolean
}

/** A facet, counted. */
export type Facet = FacetRequest & {
  /** The most frequent values first. */
  readonly values: readonly FacetValue[]
  /** Whether there are more values. */
  readonly truncated: boolean
}

/** One value of a facet. Value and label are JSON text. */
export type FacetValue = {
  readonly value: string
  readonly label: string
  readonly count: number
}

/** What the facets of a page came to. */
export type FacetResults = {
  readonly facets: readonly Facet[]
  /** Columns whose facet took too long. */
  readonly timedOut: readonly string[]
}
