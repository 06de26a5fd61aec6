import type { Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { affinityOf, type Affinity } from '../affinity.ts'
import type { Sort } from '../feature-deps.ts'
import { mayRepeat, rowKeyOf, rowidNameOf, type RowKey } from '../row-key.ts'
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
  const key = rowKeyOf(table)
  const sorted = sort === null ? [] : [columnTerm(table, sort.column, sort.descending)]
  const keyed = keyTerms(table, key)
  const rowid = mayRepeat(key) ? rowidNameOf(table) : null
  return {
    terms: [...sorted, ...keyed],
    keyLength: keyed.length,
    tieBreak: rowid === null ? null : { sql: rowid, descending: false, affinity: 'numeric' },
    paging: key.kind === 'none' ? 'offset' : 'key',
  }
}

/** How each part of a page token is to be read. */
export function tokenAffinities(order: TableOrder): readonly Affinity[] {
  return [...order.terms, ...(order.tieBreak === null ? [] : [order.tieBreak])].map((term) => term.affinity)
}

function keyTerms(table: Table, key: RowKey): readonly ColumnTerm[] {
  switch (key.kind) {
    case 'columns':
      return key.columns.map((column) => columnTerm(table, column.name, false))
    case 'rowid':
      return [columnTerm(table, key.name, false)]
    case 'none':
      return []
  }
}

function columnTerm(table: Table, name: string, descending: boolean): ColumnTerm {
  const column = table.columns.find((column) => column.name === name)
  return {
    column: name,
    // What is no column is the row number. It must stay unquoted: a quoted name that means nothing is text to SQLite.
    sql: column === undefined ? name : quoteIdentifier(name),
    descending,
    affinity: column === undefined ? 'numeric' : affinityOf(column.type),
  }
}
