import type { AppContext } from '../../routing/context.ts'
import type { FacetResults } from '../facets/facet.ts'
import { facetSize, requireFacets } from '../facets/facet-request.ts'
import { facetResults } from '../facets/facet-results.ts'
import { suggestFacets, type Suggestion } from '../facets/suggestions.ts'
import { selectedColumns } from '../../database/row-key.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { COUNT_LIMIT, type RowCount } from '../table-counts.ts'
import { countStatement, everyRowStatement } from './statements.ts'
import type { TableRequest } from './table-request.ts'

/** What can be found out about all rows that meet the conditions; each is found out once, when it is first asked for. */
export type TableFacts = {
  /** Null when counting took too long, or with `?_nocount=`. */
  readonly count: () => Promise<RowCount>
  readonly facets: () => Promise<FacetResults>
  readonly suggestions: () => Promise<readonly Suggestion[]>
}

/** Characters of the longest address for which facets are suggested: each suggestion repeats it. */
const LONGEST_FOR_SUGGESTIONS = 4096

/** Prepares the facts of an address; throws a 400 for facets that may not be asked for. */
export function tableFacts(deps: FeatureDeps, c: AppContext, request: TableRequest): TableFacts {
  const { database, table, query, config, selection, limits } = request
  const requests = requireFacets(query, selectedColumns(table), config, deps.settings)
  const size = facetSize(query, config, deps.settings)
  const base = everyRowStatement(selection)
  const isOn = (parameter: string) => (query.get(parameter) ?? '') !== ''
  // The bare shapes have no room for what is said about the rows.
  const isBare = request.format === 'json' && ['array', 'object'].includes(query.get('_shape') ?? '')
  const withoutFacets = isOn('_nofacet') || isBare
  const suggests = deps.settings.suggest_facets && deps.settings.allow_facet

  return {
    count: once(async () => {
      if (isOn('_nocount') || isBare) return null
      const statement = countStatement(selection, COUNT_LIMIT)
      const answer = await database.query({ ...statement, ...limits, shape: 'arrays', maxRows: 1 })
      return answer.ok ? Number(answer.value.lastRow?.[0] ?? 0) : null
    }),
    facets: once(async () =>
      withoutFacets
        ? { facets: [], timedOut: [] }
        : facetResults(deps, { actor: c.get('actor'), database, table, base, requests, size, limits }),
    ),
    suggestions: once(async () => {
      if (!suggests || withoutFacets || isOn('_nosuggest') || isOn('_next')) return []
      if (query.toString().length > LONGEST_FOR_SUGGESTIONS) return []
      const timeLimitMs = deps.settings.facet_suggest_time_limit_ms
      const columns = selectedColumns(table)
      return suggestFacets({
        database,
        columns,
        base,
        shown: requests,
        size,
        limits: { ...limits, timeLimitMs },
      })
    }),
  }
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | null = null
  return () => (found ??= find())
}
