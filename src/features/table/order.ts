import type { Affinity } from '../../database/affinity.ts'
import { columnSql, rowidSql } from '../../database/column-sql.ts'
import type { Table } from '../../database/database.ts'
import { keyNames, mayRepeat, rowKeyOf, rowidNameOf } from '../../database/row-key.ts'
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

/** The order for a table or view; `sort` names a column that exists. */
export function tableOrder(table: Table, sort: Sort | null): TableOrder {
  const column = columnSql(table)
  const term = (name: string, descending: boolean): ColumnTerm => ({
    ...column(name),
    column: name,
    descending,
  })
  const key = rowKeyOf(table)
  const sorted = sort === null ? [] : [term(sort.column, sort.descending)]
  const keyed = keyNames(table).map((name) => term(name, false))
  const rowid = mayRepeat(key) ? rowidNameOf(table) : null
  return {
    terms: [...sorted, ...keyed],
    keyLength: keyed.length,
    tieBreak: rowid === null ? null : { ...rowidSql(rowid), descending: false },
    paging: key.kind === 'none' ? 'offset' : 'key',
  }
}

/** How each part of a page token is to be read. */
export function tokenAffinities(order: TableOrder): readonly Affinity[] {
  return [...order.terms, ...(order.tieBreak === null ? [] : [order.tieBreak])].map((term) => term.affinity)
}
