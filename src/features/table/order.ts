import type { Affinity } from '../../database/affinity.ts'
import { columnSql, rowidSql } from '../../database/column-sql.ts'
import type { ColumnIndex, Table } from '../../database/database.ts'
import {
  isRowNumber,
  keyNames,
  mayRepeat,
  rowKeyOf,
  rowidNameOf,
  type RowKey,
} from '../../database/row-key.ts'
import type { Sort } from '../feature-deps.ts'
import type { OrderTerm } from './keyset.ts'

/** The order of a table's rows, which is also how pages follow each other. */
export type TableOrder = {
  /** The steps of the order: what was asked for, then the key, so that no two rows share a place. */
  readonly terms: readonly ColumnTerm[]
  /** How many of the terms are the key; they stand at the end. */
  readonly keyLength: number
  /** The row number as the last step, for keys in which NULL may stand: such keys may repeat. */
  readonly tieBreak: OrderTerm | null
  /** `key`: pages begin after a row. `offset`: rows have no key, and pages begin after a number of rows. */
  readonly paging: 'key' | 'offset'
}

/** A step whose value stands in the row, under this name. */
export type ColumnTerm = OrderTerm & { readonly column: string }

/**
 * The order for a table or view; `sort` names a column that exists. Rows of the same value are in the order of their
 * key; the other way round where the sort goes down an index, which has them so: no page needs sorting then.
 */
export function tableOrder(table: Table, sort: Sort | null, indexes: readonly ColumnIndex[]): TableOrder {
  const column = columnSql(table)
  const term = (name: string, descending: boolean): ColumnTerm => ({
    ...column(name),
    column: name,
    descending,
  })
  const key = rowKeyOf(table)
  const isDown = sort !== null && sort.descending && isInIndex(key, sort.column, indexes)
  const sorted = sort === null ? [] : [term(sort.column, sort.descending)]
  const keyed = keyNames(table).map((name) => term(name, isDown))
  const rowid = mayRepeat(key) ? rowidNameOf(table) : null
  return {
    terms: [...sorted, ...keyed],
    keyLength: keyed.length,
    tieBreak: rowid === null ? null : { ...rowidSql(rowid), descending: false },
    paging: key.kind === 'none' ? 'offset' : 'key',
  }
}

/** Whether an index holds this column and behind it the key, which has to be the row number. */
function isInIndex(key: RowKey, sorted: string, indexes: readonly ColumnIndex[]): boolean {
  return isRowNumber(key) && indexes.some(({ column }) => column === sorted)
}

/** How each part of a page token is to be read. */
export function tokenAffinities(order: TableOrder): readonly Affinity[] {
  return [...order.terms, ...(order.tieBreak === null ? [] : [order.tieBreak])].map((term) => term.affinity)
}
