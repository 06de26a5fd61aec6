import { convertText, type Affinity } from '../database/affinity.ts'
import { columnSql, type ColumnSql } from '../database/column-sql.ts'
import type { Database, SqlRow, Table } from '../database/database.ts'
import { readableIdentifier } from '../database/quote-identifier.ts'
import { keyNames, selectedColumns } from '../database/row-key.ts'
import { selectList } from '../database/select-list.ts'
import type { SqlValue } from '../database/values.ts'
import { HttpError } from '../http/http-error.ts'
import type { Statement } from './statement.ts'

/**
 * The row that an address names, `key` being the text of each key value; null when there is none, and for a view. A 400
 * for a key of another length than the table's. `columns` are the values that are read.
 */
export function findRow(
  database: Database,
  table: Table,
  key: readonly string[],
  columns?: readonly string[],
): SqlRow | null {
  if (table.kind === 'table' && key.length !== keyNames(table).length) {
    throw new HttpError(400, 'URL row identifier does not match the primary key for this table')
  }
  const query = rowStatement(table, key, columns)
  return query === null ? null : database.get(query.sql, query.params)
}

/**
 * Selects the row that an address names; an index bounds it, so it runs inside the server. Null for a view, whose
 * rows have no key.
 *
 * In a column without a type, the text 5 and the number 5 are different keys with the same address: the query
 * looks for both, the text first.
 */
export function rowStatement(
  table: Table,
  key: readonly string[],
  selected?: readonly string[],
): Statement | null {
  const { columns, head, orderBy } = selected === undefined ? planFor(table) : makePlan(table, selected)
  if (columns.length === 0) return null

  const params: Record<string, SqlValue> = {}
  const bind = (value: SqlValue) => {
    const name = `p${Object.keys(params).length}`
    params[name] = value
    return `:${name}`
  }
  const conditions = columns.map(({ sql, affinity }, place) => {
    const candidates = candidateValues(key[place] ?? '', affinity).map(bind)
    return candidates.length === 1 ? `${sql} = ${candidates[0]}` : `${sql} in (${candidates.join(', ')})`
  })
  return { sql: `${head} where ${conditions.join(' and ')}${orderBy} limit 1`, params }
}

/** What the statements for the rows of a table have in common. */
type RowPlan = {
  /** The columns of the key. */
  readonly columns: readonly ColumnSql[]
  /** The statement up to its condition. */
  readonly head: string
  readonly orderBy: string
}

/** A table as the schema has it is one object until the schema changes. */
const plans = new WeakMap<Table, RowPlan>()

function planFor(table: Table): RowPlan {
  const known = plans.get(table)
  if (known !== undefined) return known
  const plan = makePlan(table, selectedColumns(table))
  plans.set(table, plan)
  return plan
}

function makePlan(table: Table, selected: readonly string[]): RowPlan {
  const columns = keyNames(table).map(columnSql(table))
  const order = columns.filter(({ affinity }) => affinity === 'none').map(({ sql }) => `typeof(${sql}) desc`)
  return {
    columns,
    head: `select ${selectList(table, selected)} from ${readableIdentifier(table.name)}`,
    orderBy: order.length === 0 ? '' : ` order by ${order.join(', ')}`,
  }
}

function candidateValues(text: string, affinity: Affinity): readonly SqlValue[] {
  if (affinity !== 'none') return [convertText(text, affinity)]
  const converted = convertText(text, 'numeric')
  return converted === text ? [text] : [text, converted]
}
