import { z } from 'zod'
import type { Settings } from '../../config/settings.ts'
import { HttpError } from '../../http/http-error.ts'
import { jsonOrNull } from '../../http/json.ts'
import type { TableConfig } from '../feature-deps.ts'
import type { FacetKind, FacetRequest } from './facet.ts'

/** The parameter that asks for a facet of each kind, in the order in which facets are shown. */
export const FACET_PARAMETERS: Readonly<Record<FacetKind, string>> = {
  column: '_facet',
  date: '_facet_date',
  array: '_facet_array',
}

/** Facets that one address may ask for: each is a query, and each of its values repeats the address. */
const MOST_ASKED = 20

/** Bytes of addresses that lead to values of facets: each value of each facet has one, and each repeats what is asked. */
const MAX_LINK_BYTES = 4 * 1024 * 1024

/** Whether the address says anything about facets, which makes them part of a JSON document. */
export function asksForFacets(query: URLSearchParams): boolean {
  return query.keys().some((parameter) => parameter === '_facet' || parameter.startsWith('_facet_'))
}

/** The facets to count, by kind, those of the configuration first, as far as there are such `columns`. A 400 for one that visitors may not ask for. */
export function requireFacets(
  query: URLSearchParams,
  columns: readonly string[],
  config: TableConfig,
  settings: Settings,
): readonly FacetRequest[] {
  if (!settings.allow_facet && asksForFacets(query)) throw new HttpError(400, '_facet= is not allowed')
  const kinds = ['column', 'date', 'array'] as const
  if (kinds.flatMap((kind) => query.getAll(FACET_PARAMETERS[kind])).length > MOST_ASKED) {
    throw new HttpError(400, `Ask for ${MOST_ASKED} facets at most`)
  }
  const requests = kinds.flatMap((kind) => [
    ...config.facets
      .filter((facet) => facet.kind === kind && columns.includes(facet.column))
      .map(({ column }): FacetRequest => ({ kind, column, isConfigured: true })),
    ...query
      .getAll(FACET_PARAMETERS[kind])
      .map((text): FacetRequest => ({ kind, column: requireFacetColumn(text), isConfigured: false })),
  ])
  if (requests.length * facetSize(query, config, settings) * query.toString().length > MAX_LINK_BYTES) {
    throw new HttpError(
      400,
      'The address is too long for so many values of facets: ask for fewer facets or values',
    )
  }
  return requests
}

const columnSchema = z.union([
  z.object({ column: z.string() }).transform(({ column }) => column),
  z.object({ simple: z.string() }).transform(({ simple }) => simple),
])

/** The column of a parameter: by its name, or as `{"column": name}`. */
export function requireFacetColumn(text: string): string {
  if (!text.startsWith('{')) return text
  const parsed = columnSchema.safeParse(jsonOrNull(text))
  if (!parsed.success) throw new HttpError(400, '_facet= must be the name of a column, or {"column": name}')
  return parsed.data
}

/** How many values a facet shows: `?_facet_size=`, else the table's own number, else the setting. */
export function facetSize(query: URLSearchParams, config: TableConfig, settings: Settings): number {
  const most = settings.max_returned_rows
  const asked = query.get('_facet_size') ?? ''
  if (asked === 'max') return most
  const size = /^\d{1,9}$/.test(asked) ? Number(asked) : (config.facetSize ?? settings.default_facet_size)
  return Math.min(size, most)
}
