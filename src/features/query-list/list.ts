import type { Actor } from '../../auth/actor.ts'
import type { Database } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import { formatRowKey, parseRowKey } from '../../http/tilde.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { byName } from '../listing.ts'
import { queriesFor, type ListedQuery } from '../stored-queries.ts'
import type { QueryFacet } from './facets.ts'
import type { QueryFilters } from './filters.ts'

/** A stored query in a list of those of several databases. */
export type PlacedQuery = ListedQuery & { readonly database: Database }

/** A page of a list as it was asked for, and what narrows it. */
export type QueryList = {
  readonly items: readonly PlacedQuery[]
  /** The token of the page after it; null on the last. */
  readonly next: string | null
  readonly filters: QueryFilters
  readonly paging: ListPaging
  /** The address of the list without parameters, ready for a link. */
  readonly path: string
  readonly facets: readonly QueryFacet[]
}

/** The stored queries of these databases that this reader may see, by database and name. */
export function placedQueries(
  deps: Pick<FeatureDeps, 'config' | 'permissions'>,
  actor: Actor | null,
  databases: readonly Database[],
): readonly PlacedQuery[] {
  return databases
    .toSorted((a, b) => byName(a.name, b.name))
    .flatMap((database) => queriesFor(deps, actor, database).map((listed) => ({ ...listed, database })))
}

/** Which part of a list is asked for. */
export type ListPaging = {
  readonly size: number
  /** The database and the name of the query that the page comes after; null for the first page. */
  readonly after: readonly [string, string] | null
}

const MAX_SIZE = 1000

/** Reads `_size`, which is held between 1 and 1000, and `_next`; a 400 for what is neither. */
export function requireListPaging(query: URLSearchParams, defaultSize: number): ListPaging {
  const size = query.get('_size') ?? ''
  if (!/^\d{0,9}$/u.test(size)) throw new HttpError(400, '_size must be a positive integer')
  return {
    size: size === '' ? defaultSize : Math.min(Math.max(Number(size), 1), MAX_SIZE),
    after: requireAfter(query.get('_next') ?? ''),
  }
}

function requireAfter(token: string): readonly [string, string] | null {
  if (token === '') return null
  const [database, name, ...more] = parseRowKey(token)
  if (database === undefined || name === undefined || more.length > 0) {
    throw new HttpError(400, '_next is not a page of this list')
  }
  return [database, name]
}

/** The part of a list that is asked for. */
export function pageOf(
  queries: readonly PlacedQuery[],
  { size, after }: ListPaging,
): Pick<QueryList, 'items' | 'next'> {
  const start = after === null ? 0 : queries.findIndex((query) => isAfter(query, after))
  const rest = start === -1 ? [] : queries.slice(start)
  const items = rest.slice(0, size)
  const last = items.at(-1)
  const hasMore = rest.length > items.length
  return {
    items,
    next: hasMore && last !== undefined ? formatRowKey([last.database.name, last.query.name]) : null,
  }
}

function isAfter(
  { database, query }: PlacedQuery,
  [afterDatabase, afterName]: readonly [string, string],
): boolean {
  const order = byName(database.name, afterDatabase)
  return order > 0 || (order === 0 && byName(query.name, afterName) > 0)
}
