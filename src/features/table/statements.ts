import type { Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import { selectedColumns } from '../../database/row-key.ts'
import { selectList } from '../../database/select-list.ts'
import type { SqlValue } from '../../database/values.ts'
import type { Statement } from '../statement.ts'
import type { Bind, Condition } from './condition.ts'
import { comesAfter, comesNext, orderBy, type OrderTerm } from './keyset.ts'
import type { TableOrder } from './order.ts'

/** Where a page begins. */
export type PageStart =
  | { readonly kind: 'first' }
  /** After the row with these values of the order's terms. */
  | { readonly kind: 'after'; readonly values: readonly SqlValue[] }
  /** After this many rows. */
  | { readonly kind: 'offset'; readonly rows: number }

/** Which rows of a table or view, which of their values, in which order, from where on. */
export type Selection = {
  readonly table: Table
  /** The names of the values, of which there is one at least. */
  readonly columns: readonly string[]
  readonly conditions: readonly Condition[]
  readonly order: TableOrder
  readonly start: PageStart
}

/** Selects one page of a table or view, and one row more, which tells whether there is a next page. */
export function pageStatement(selection: Selection, size: number): Statement {
  const { table, columns, start } = selection
  const offset = start.kind === 'offset' && start.rows > 0 ? ` offset ${start.rows}` : ''
  return ordered(selection, listOf(table, columns), orderTerms(selection), `${size + 1}${offset}`)
}

/**
 * The same page, found by going straight to its place in an index. It may lack rows at its end: only one that has them
 * all, and the row beyond, is to be trusted. Null where nothing is gained.
 */
export function seekStatement(selection: Selection, size: number): Statement | null {
  const { table, columns, conditions, start } = selection
  const terms = orderTerms(selection)
  if (start.kind !== 'after') return null
  const { bind, params } = parameters()
  const where = conditions.map(({ sql }) => sql(bind))
  const next = comesNext(terms, start.values, bind)
  if (next === null) return null
  const rows = `${fromClause(table)}${whereClause([...where, next])} order by ${orderBy(terms)}`
  return { sql: `select ${listOf(table, columns)} ${rows} limit ${size + 1}`, params }
}

/**
 * The statement of a page for people to see: on the first page of a sorted table without the key behind the column,
 * which only settles the order of equal rows.
 */
export function shownStatement(selection: Selection, size: number): Statement {
  const { table, columns, order, start } = selection
  const isSorted = order.terms.length > order.keyLength
  if (start.kind !== 'first' || !isSorted) return pageStatement(selection, size)
  return ordered(selection, listOf(table, columns), order.terms.slice(0, 1), `${size + 1}`)
}

/** Selects these values of the last row of a page that holds `size` rows or more. */
export function lastRowStatement(selection: Selection, size: number, values: readonly string[]): Statement {
  return ordered(selection, values.join(', '), orderTerms(selection), `1 offset ${size - 1}`)
}

/** Selects all values of every row that meets the conditions, in no order. */
export function everyRowStatement({ table, conditions }: Pick<Selection, 'table' | 'conditions'>): Statement {
  const { bind, params } = parameters()
  const where = whereClause(conditions.map(({ sql }) => sql(bind)))
  return { sql: `select ${listOf(table, selectedColumns(table))} ${fromClause(table)}${where}`, params }
}

/** Counts the rows that meet the conditions, up to a limit; 0 for all of them. */
export function countStatement(
  { table, conditions }: Pick<Selection, 'table' | 'conditions'>,
  limit: number,
): Statement {
  const { bind, params } = parameters()
  const rows = `${fromClause(table)}${whereClause(conditions.map(({ sql }) => sql(bind)))} `
  const sql =
    limit === 0 ? `select count(*) ${rows}` : `select count(*) from (select 1 ${rows}limit ${limit})`
  return { sql, params }
}

function ordered(
  { table, conditions, start }: Selection,
  values: string,
  terms: readonly OrderTerm[],
  limit: string,
): Statement {
  const { bind, params } = parameters()
  const where = conditions.map(({ sql }) => sql(bind))
  if (start.kind === 'after') where.push(comesAfter(terms, start.values, bind))
  const order = terms.length === 0 ? '' : ` order by ${orderBy(terms)}`
  return { sql: `select ${values} ${fromClause(table)}${whereClause(where)}${order} limit ${limit}`, params }
}

function orderTerms({ order }: Selection): readonly OrderTerm[] {
  return [...order.terms, ...(order.tieBreak === null ? [] : [order.tieBreak])]
}

// Nothing is known of a view whose table is gone, or of a virtual table without its module. SQLite says then what
// is missing.
function listOf(table: Table, columns: readonly string[]): string {
  return table.columns.length === 0 ? '*' : selectList(table, columns)
}

function fromClause(table: Table): string {
  return `from ${readableIdentifier(table.name)}`
}

function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}

function parameters(): { readonly bind: Bind; readonly params: Readonly<Record<string, SqlValue>> } {
  const params: Record<string, SqlValue> = {}
  let count = 0
  const bind: Bind = (value, name = `p${count}`) => {
    params[name] = value
    count += 1
    return `:${name}`
  }
  return { bind, params }
}
