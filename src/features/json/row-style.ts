import type { RowStyle } from '../../database/row-style.ts'
import { isSwitchedOn } from '../switches.ts'

/**
 * How the values of rows are asked for: `?_json=c`, which may be repeated, and `?_json_infinity=1` (host.md §9.3, §9.8); empty
 * for the usual way. `_json` means nothing in the rows of a table, whose columns of JSON are then none.
 */
export function askedStyle(
  query: URLSearchParams,
  jsonColumns: readonly string[] = query.getAll('_json'),
): { readonly style?: RowStyle } {
  const infinity = isSwitchedOn(query, '_json_infinity')
  return jsonColumns.length === 0 && !infinity ? {} : { style: { jsonColumns, infinity } }
}
