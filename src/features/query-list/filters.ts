import { HttpError } from '../../http/http-error.ts'
import type { StoredQuery } from '../feature-deps.ts'

/** Which stored queries a list is asked for. What is empty leaves none out. */
export type QueryFilters = {
  /** Stands in the name, the title, the description or the SQL, in large or small letters. */
  readonly q: string
  readonly is_write: '' | '0' | '1'
  readonly is_private: '' | '0' | '1'
  /** Where a query comes from: `config` or `user`. */
  readonly source: string
  /** Whose it is, as text. Those of the configuration are nobody's. */
  readonly owner_id: string
}

/** Reads the filters of an address; a 400 for a switch that is neither 0 nor 1 (host.md §9.9). */
export function requireFilters(query: URLSearchParams): QueryFilters {
  return {
    q: query.get('q') ?? '',
    is_write: requireBoolean(query, 'is_write'),
    is_private: requireBoolean(query, 'is_private'),
    source: query.get('source') ?? '',
    owner_id: query.get('owner_id') ?? '',
  }
}

function requireBoolean(query: URLSearchParams, name: string): '' | '0' | '1' {
  const text = query.get(name) ?? ''
  if (text !== '' && text !== '0' && text !== '1') throw new HttpError(400, `${name} must be 0 or 1`)
  return text
}

/** Whether a query passes the filters. */
export function passes(
  filters: QueryFilters,
  { name, title, description, sql, write, is_private, source, owner_id }: StoredQuery,
): boolean {
  const words = filters.q.toLowerCase()
  return (
    [name, title, description, sql].some((text) => text?.toLowerCase().includes(words)) &&
    (filters.is_write === '' || (filters.is_write === '1') === (write === true)) &&
    (filters.is_private === '' || (filters.is_private === '1') === is_private) &&
    (filters.source === '' || filters.source === source) &&
    (filters.owner_id === '' || (owner_id !== null && filters.owner_id === String(owner_id)))
  )
}
