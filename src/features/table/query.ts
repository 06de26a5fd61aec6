import type { Table } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { selectedColumns } from '../../database/row-key.ts'
import { selectList } from '../../database/select-list.ts'
import type { SqlValue } from '../../database/values.ts'
import { comesAfter, orderBy } from './keyset.ts'
import type { TableOrder } from './order.ts'

/** Where a page begins. */
export type PageStart =
  | { readonly kind: 'first' }
  /** After the row with these values of the order's terms. */
  | { readonly kind: 'after'; readonly values: readonly SqlValue[] }
  /** After this many rows. */
  | { readonly kind: 'offset'; readonly rows: number }

/** Which rows of a table or view, in which order, from where on. */
export type Selection = {
  readonly table: Table
  /** SQL that is true for the rows that are wanted; each is one expression without placeholders. */
  readonly conditions: readonly string[]
  readonly order: TableOrder
  readonly start: PageStart
}

/** A statement with named parameters, which people may also see and run. */
export type Statement = { readonly sql: string; readonly params: Readonly<Record<string, SqlValue>> }

/** Selects one page of a table or view, and one row more, which tells whether there is a next page. */
export function pageQuery(selection: Selection, size: number): Statement {
  const { table, start } = selection
  const offset = start.kind === 'offset' && start.rows > 0 ? ` offset ${start.rows}` : ''
  // Nothing is known of a view whose table is gone, or of a virtual table without its module. SQLite says then what
  // is missing.
  const columns = table.columns.length === 0 ? '*' : selectList(table, selectedColumns(table))
  return select(selection, columns, `${size + 1}${offset}`)
}

/** Selects the row number of the last row of a page that holds `size` rows or more. */
export function tieBreakQuery(selection: Selection, size: number): Statement {
  return select(selection, selection.order.tieBreak?.sql ?? 'null', `1 offset ${size - 1}`)
}

function select({ table, conditions, order, start }: Selection, columns: string, limit: string): Statement {
  const params: Record<string, SqlValue> = {}
  const bind = (value: SqlValue) => {
    const name = `p${Object.keys(params).length}`
    params[name] = value
    return `:${name}`
  }
  const terms = [...order.terms, ...(order.tieBreak === null ? [] : [order.tieBreak])]
  const where = [
    ...conditions.map((condition) => `(${condition})`),
    ...(start.kind === 'after' ? [comesAfter(terms, start.values, bind)] : []),
  ]
  const clauses = [
    `select ${columns}`,
    `from ${quoteIdentifier(table.name)}`,
    ...(where.length === 0 ? [] : [`where ${where.join(' and ')}`]),
    ...(terms.length === 0 ? [] : [`order by ${orderBy(terms)}`]),
    `limit ${limit}`,
  ]
  return { sql: clauses.join(' '), params }
}
