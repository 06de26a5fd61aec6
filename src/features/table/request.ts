import type { Settings } from '../../config/settings.ts'
import type { Table } from '../../database/database.ts'
import { rowKeyOf } from '../../database/row-key.ts'
import { HttpError } from '../../http/http-error.ts'
import type { Sort, TableConfig } from '../feature-deps.ts'
import { tokenAffinities, type TableOrder } from './order.ts'
import { parsePageToken } from './page-token.ts'
import type { PageStart } from './statements.ts'

/** The parameters of a table's address as they take effect (host.md §9.3). Each function throws a 400 that says what is wrong. */

/** Rows on the page: `?_size=`, else the table's own size, else the setting; never more than `max_returned_rows`. */
export function requireSize(query: URLSearchParams, config: TableConfig, settings: Settings): number {
  const most = settings.max_returned_rows
  const asked = query.get('_size') ?? ''
  if (asked === '') return Math.min(config.size ?? settings.default_page_size, most)
  if (asked === 'max') return most
  if (!/^\d+$/.test(asked)) throw new HttpError(400, '_size must be a positive integer')
  if (Number(asked) > most) throw new HttpError(400, `_size must be <= ${most}`)
  return Number(asked)
}

/** The column to sort by: `?_sort=` or `?_sort_desc=`, else what the configuration says; null for the order of the key. */
export function requireSort(query: URLSearchParams, table: Table, config: TableConfig): Sort | null {
  const ascending = query.get('_sort') ?? ''
  const descending = query.get('_sort_desc') ?? ''
  if (ascending !== '' && descending !== '') {
    throw new HttpError(400, 'Cannot use _sort and _sort_desc at the same time')
  }
  const asked = ascending === '' ? descending : ascending
  const sort = asked === '' ? config.sort : { column: asked, descending: ascending === '' }
  // The owner of the site may choose an order that visitors may not.
  const possible = sortableColumns(table, asked === '' ? null : config.sortableColumns)
  if (sort !== null && asked === '' && !possible.includes(sort.column)) return null
  if (sort !== null && !possible.includes(sort.column)) {
    throw new HttpError(400, `Cannot sort table by ${sort.column}`)
  }
  return sort
}

/**
 * The columns by which a table can be sorted, of those that are allowed (null allows all). A table without a key
 * of its own can always be sorted by its row number.
 */
export function sortableColumns(table: Table, allowed: readonly string[] | null): readonly string[] {
  const key = rowKeyOf(table)
  const names = table.columns.map((column) => column.name)
  const sortable = allowed === null ? names : names.filter((name) => allowed.includes(name))
  return key.kind === 'rowid' ? [key.name, ...sortable] : sortable
}

/** Where `?_next=` says that the page begins. */
export function requireStart(query: URLSearchParams, order: TableOrder): PageStart {
  const token = query.get('_next') ?? ''
  return token === '' ? { kind: 'first' } : requireStartAt(token, order)
}

/** Where a token says that its page begins. */
export function requireStartAt(token: string, order: TableOrder): PageStart {
  if (order.paging === 'offset') {
    if (!/^\d{1,15}$/.test(token)) throw malformedToken()
    return { kind: 'offset', rows: Number(token) }
  }
  const values = parsePageToken(token, tokenAffinities(order))
  if (!values.ok) throw malformedToken()
  const missing = order.terms.length - values.value.length
  if (missing === 0 || (missing === -1 && order.tieBreak !== null))
    return { kind: 'after', values: values.value }
  throw malformedToken()
}

function malformedToken(): HttpError {
  return new HttpError(400, '_next does not belong to this table and order')
}
