import type { Actor } from '../../auth/actor.ts'
import type { Database, Table } from '../../database/database.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { foreignKeyOf, labelsOf } from '../foreign-key-labels.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { separateRows } from '../json/shape.ts'
import type { VisitorLimits } from '../limits.ts'
import { queryRefusal } from '../query-refusal.ts'
import type { Statement } from '../statement.ts'
import type { Facet, FacetRequest, FacetResults, FacetValue } from './facet.ts'
import { facetStatement } from './facet-sql.ts'

export type FacetOptions = {
  readonly actor: Actor | null
  readonly database: Database
  readonly table: Table
  /** The statement whose rows are counted: every row that meets the conditions, all columns. */
  readonly base: Statement
  readonly requests: readonly FacetRequest[]
  /** How many values of each. */
  readonly size: number
  readonly limits: VisitorLimits
}

/** All facets of one page together get this many times the limit of one query; the others count as timed out. */
const QUERIES_WORTH = 5

/** Bytes of the values of one facet. Values of this size group nothing. */
const MAX_FACET_BYTES = 256 * 1024

/** Counts facets one after the other. One that takes too long is named; SQL that cannot be run is a 400. */
export async function facetResults(
  deps: Pick<FeatureDeps, 'permissions' | 'config' | 'settings'>,
  options: FacetOptions,
): Promise<FacetResults> {
  const deadline = performance.now() + QUERIES_WORTH * options.limits.timeLimitMs
  const facets: Facet[] = []
  const timedOut: string[] = []
  for (const request of options.requests) {
    const left = Math.floor(deadline - performance.now())
    const facet = left < 1 ? null : await countFacet(deps, options, request, left)
    if (facet === null) timedOut.push(request.column)
    else facets.push(facet)
  }
  return { facets, timedOut }
}

async function countFacet(
  deps: Pick<FeatureDeps, 'permissions' | 'config' | 'settings'>,
  { actor, database, table, base, size, limits }: FacetOptions,
  request: FacetRequest,
  leftMs: number,
): Promise<Facet | null> {
  const answer = await database.query({
    ...facetStatement(request, base, size),
    ...limits,
    timeLimitMs: Math.min(deps.settings.facet_time_limit_ms, leftMs),
    shape: 'arrays',
    maxRows: size,
    maxBytes: MAX_FACET_BYTES,
    withLastRow: false,
  })
  if (!answer.ok) {
    if (answer.error.reason === 'interrupted' || answer.error.reason === 'too-large') return null
    throw queryRefusal(answer.error)
  }
  const values = separateRows(answer.value.rows).map((row): FacetValue => {
    const [value = 'null', count = '0'] = splitJsonArray(row)
    return { value, label: value, count: Number(count) }
  })
  const key = request.kind === 'column' ? foreignKeyOf(deps, actor, database, table, request.column) : null
  if (key === null) return { ...request, values, truncated: answer.value.truncated }
  const labels = await labelsOf(
    deps,
    database,
    key,
    values.map(({ value }) => value),
    limits,
  )
  return {
    ...request,
    values: values.map((one) => ({ ...one, label: labels.get(one.value) ?? one.value })),
    truncated: answer.value.truncated,
  }
}
