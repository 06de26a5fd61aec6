import { columnSql } from '../../database/column-sql.ts'
import type { Table, WriteStatement } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { keyNames, rowKeyOf, selectedColumns } from '../../database/row-key.ts'
import { selectList } from '../../database/select-list.ts'
import type { SqlValue } from '../../database/values.ts'
import type { InsertRequest, NewRow } from './insert-request.ts'

/** An insert as SQL, to be run in one transaction. */
export type InsertPlan = {
  /** Statements that add missing columns; they run first. */
  readonly alterations: readonly WriteStatement[]
  /** One statement for each row, in order. */
  readonly inserts: readonly WriteStatement[]
  /** The names of the values that each insert returns. */
  readonly returned: readonly string[]
}

/**
 * The columns that rows may have: the table's, and the row number where that is the key. The hidden columns of a
 * virtual table are none of them: full-text search takes commands there, and one deletes the index.
 */
export function writableColumns(table: Table): ReadonlySet<string> {
  const names = table.columns.filter(({ hidden }) => hidden !== HIDDEN).map(({ name }) => name)
  const key = rowKeyOf(table)
  return new Set(key.kind === 'rowid' ? [...names, key.name] : names)
}

/** The mark of a hidden column of a virtual table. */
const HIDDEN = 1

/**
 * Plans an insert. When rows are returned, each is written with its own columns, and a column that it leaves out
 * gets its default. Otherwise all rows are written with all columns that any of them has, and a column that one
 * leaves out becomes NULL in it, as in Datasette.
 */
export function insertPlan(table: Table, { rows, returnsRows, onConflict }: InsertRequest): InsertPlan {
  const added = addedColumns(table, rows)
  const returned = returnsRows ? [...selectedColumns(table), ...added.keys()] : []
  const together = returnsRows ? null : [...new Set(rows.flatMap((row) => [...row.keys()]))]

  const verb = onConflict === 'fail' ? 'insert' : `insert or ${onConflict}`
  const target = quoteIdentifier(table.name)
  const column = columnSql(table)
  const into = (names: readonly string[]) => {
    if (names.length === 0) return `${verb} into ${target} default values`
    const columns = names.map((name) => column(name).sql).join(', ')
    return `${verb} into ${target} (${columns}) values (${names.map(() => '?').join(', ')})`
  }
  const intoTogether = together === null ? null : into(together)
  const returning = returnsRows ? ` returning ${selectList(table, returned)}` : ''

  return {
    alterations: Array.from(added, ([name, type]) => ({
      sql: `alter table ${target} add column ${quoteIdentifier(name)} ${type}`,
      params: [],
    })),
    inserts: rows.map((row) => {
      const names = together ?? [...row.keys()]
      const sql = (intoTogether ?? into(names)) + returning
      return { sql, params: names.map((name) => row.get(name) ?? null) }
    }),
    returned,
  }
}

/** Reads a row back by its key, with the values of the named columns. */
export function readBack(table: Table, columns: readonly string[], key: readonly SqlValue[]): WriteStatement {
  const column = columnSql(table)
  const conditions = keyNames(table)
    .map((name) => `${column(name).sql} = ?`)
    .join(' and ')
  const sql = `select ${selectList(table, columns)} from ${quoteIdentifier(table.name)} where ${conditions}`
  return { sql, params: key }
}

/** Columns that rows have and the table does not, each with the type that holds its values. */
function addedColumns(table: Table, rows: readonly NewRow[]): ReadonlyMap<string, string> {
  const known = writableColumns(table)
  const values = new Map<string, SqlValue[]>()
  for (const [name, value] of rows.flatMap((row) => [...row])) {
    if (known.has(name)) continue
    const held = values.get(name)
    if (held === undefined) values.set(name, [value])
    else held.push(value)
  }
  return new Map(Array.from(values, ([name, held]) => [name, typeFor(held)]))
}

function typeFor(values: readonly SqlValue[]): string {
  const held = values.filter((value) => value !== null)
  if (held.length === 0) return 'TEXT'
  if (held.every((value) => typeof value === 'bigint')) return 'INTEGER'
  if (held.every((value) => typeof value === 'bigint' || typeof value === 'number')) return 'REAL'
  return held.every((value) => value instanceof Uint8Array) ? 'BLOB' : 'TEXT'
}
