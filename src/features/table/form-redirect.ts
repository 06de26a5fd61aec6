import { escapeFts } from '../../database/escape-fts.ts'
import { filterParameter } from '../filter-parameter.ts'
import { changedParameters } from '../links.ts'
import { findOperation } from './filter-operations.ts'

type Parameters = readonly (readonly [string, string])[]

/**
 * The address that a form of the page means: its fields `_filter_column`, `_filter_op` and `_filter_value` become a
 * filter, `_sort_by_desc` turns the order round (host.md §9.3), and fields that were left empty go. Null for an address that no form made.
 */
export function formParameters(query: URLSearchParams, isPage: boolean): Parameters | null {
  const fields = [...query.keys()].filter((name) => /^_filter_(?:column|op|value)(?:_\d+)?$/.test(name))
  const sortsDown = query.has('_sort_by_desc')
  const isEmptySearch = isPage && query.has('_search') && escapeFts(query.get('_search') ?? '') === ''
  if (fields.length === 0 && !sortsDown && !isEmptySearch) return null

  const suffixes = fields
    .filter((name) => name.startsWith('_filter_column'))
    .map((name) => name.slice('_filter_column'.length))
  const filters = suffixes.flatMap((suffix) => filterOf(query, suffix))
  const sort = query.get('_sort') ?? ''
  const order: Parameters = sortsDown && sort !== '' ? [['_sort_desc', sort]] : []
  const removed = [...fields, ...(sortsDown ? ['_sort_by_desc', '_sort'] : [])]
  const kept = changedParameters(query, removed, [...filters, ...order])
  return kept.filter(
    ([name, value]) =>
      !(name === '_sort' && value === '') && !(name === '_search' && escapeFts(value) === ''),
  )
}

/** An operation may carry its value, as `isnull__1` does. A filter without a column is none. */
function filterOf(query: URLSearchParams, suffix: string): Parameters {
  const column = query.get(`_filter_column${suffix}`) ?? ''
  const [name = '', carried] = (query.get(`_filter_op${suffix}`) ?? 'exact').split('__')
  if (column === '') return []
  const value = carried ?? query.get(`_filter_value${suffix}`) ?? ''
  const operation = findOperation(name)
  if (operation === null) return [[filterParameter(column, 'exact'), value]]
  return [[`${column}__${name}`, operation.takesValue ? value : '1']]
}
