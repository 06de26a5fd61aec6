import type { Table, WriteStatement } from '../../../database/database.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { rowKeyOf } from '../../../database/row-key.ts'
import type { SqlValue } from '../../../database/values.ts'
import type { NewRow } from '../values/cell-value.ts'

/** What `"alter": true` does before rows are written. */
export type AddedColumns = {
  readonly names: readonly string[]
  /** One statement for each column. */
  readonly statements: readonly WriteStatement[]
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

/** Adds the columns that rows have and the table does not, each with the type that holds its values. */
export function addedColumns(table: Table, rows: readonly NewRow[]): AddedColumns {
  return columnsToAdd(table, columnTypes(rows))
}

/** Adds those of these columns that the table does not have, each with its type. */
export function columnsToAdd(table: Table, columns: ReadonlyMap<string, string>): AddedColumns {
  const known = writableColumns(table)
  const types = [...columns].filter(([name]) => !known.has(name))
  const target = quoteIdentifier(table.name)
  return {
    names: types.map(([name]) => name),
    statements: types.map(([name, type]) => ({
      sql: `alter table ${target} add column ${quoteIdentifier(name)} ${type}`,
      params: [],
    })),
  }
}

/** The columns of rows in the order in which they come, each with the type that holds its values. */
export function columnTypes(rows: readonly NewRow[]): ReadonlyMap<string, string> {
  const types = new SeenTypes()
  for (const [name, value] of rows.flatMap((row) => [...row])) types.see(name, value)
  return types.found()
}

/** Finds the type that holds all values of a column, seeing one after the other. */
export class SeenTypes {
  readonly #kinds = new Map<string, Set<ValueKind>>()

  see(name: string, value: SqlValue): void {
    const kinds = this.#kinds.get(name) ?? new Set()
    this.#kinds.set(name, kinds)
    if (value !== null) kinds.add(kindOf(value))
  }

  /** The columns in the order in which they were seen first. */
  found(): ReadonlyMap<string, string> {
    return new Map(Array.from(this.#kinds, ([name, kinds]) => [name, typeFor(kinds)]))
  }
}

type ValueKind = 'integer' | 'float' | 'bytes' | 'text'

function kindOf(value: Exclude<SqlValue, null>): ValueKind {
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return 'float'
  return value instanceof Uint8Array ? 'bytes' : 'text'
}

function typeFor(kinds: ReadonlySet<ValueKind>): string {
  if (kinds.size === 0 || kinds.has('text')) return 'TEXT'
  if (kinds.has('bytes')) return kinds.size === 1 ? 'BLOB' : 'TEXT'
  return kinds.has('float') ? 'REAL' : 'INTEGER'
}
