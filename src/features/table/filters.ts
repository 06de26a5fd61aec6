import type { Condition } from './condition.ts'
import { findOperation, type FilterOperation } from './filter-operations.ts'

/** A filter as the address has it. */
export type Filter = {
  /** The parameter that brought it, such as `year__gt`. */
  readonly parameter: string
  readonly column: string
  readonly operation: FilterOperation
  readonly value: string
}

/** Whether a parameter means something else than a filter by a column. */
export function isSpecial(parameter: string): boolean {
  return parameter.startsWith('_') && !parameter.includes('__')
}

/**
 * The filters of an address: `column=value` and `column__op=value` (host.md §9.4), by parameter and then by value.
 * A parameter that begins with `_` and has no `__` means something else; one with an operation that does not exist
 * is passed over.
 */
export function filtersOf(query: URLSearchParams): readonly Filter[] {
  return [...query]
    .filter(([parameter]) => !isSpecial(parameter))
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .flatMap(([parameter, value]) => {
      const { column, name } = splitParameter(parameter)
      const operation = findOperation(name)
      return operation === null ? [] : [{ parameter, column, operation, value }]
    })
}

/** Parameters that look like filters and name an operation that does not exist: they leave nothing out. */
export function unknownFilters(query: URLSearchParams): readonly string[] {
  const filters = [...query.keys()].filter((parameter) => !isSpecial(parameter))
  return [...new Set(filters)].filter((parameter) => findOperation(splitParameter(parameter).name) === null)
}

/** What the filters ask of a row of this table. */
export function filterConditions(query: URLSearchParams, table: string): readonly Condition[] {
  return filtersOf(query).map(({ column, operation, value }) => operation.condition(column, value, table))
}

/** The last `__` separates the operation from the column, which may have some of its own. */
function splitParameter(parameter: string): { readonly column: string; readonly name: string } {
  const at = parameter.lastIndexOf('__')
  return at === -1
    ? { column: parameter, name: 'exact' }
    : { column: parameter.slice(0, at), name: parameter.slice(at + 2) }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
