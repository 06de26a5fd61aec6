import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { turnEnd } from '../turn.ts'
import { DatabaseBusyError, withoutWaiting } from './busy.ts'
import type { Column, ColumnIndex, ForeignKeys, Schema, Table, TableSummary } from './database.ts'
import { readForeignKeys } from './foreign-keys.ts'
import { findTableRoles, type TableRoles } from './hidden-tables.ts'
import { Snapshot } from './snapshot.ts'
import { sqliteErrorCode } from './sqlite-error.ts'

/** SQLite's code for a view that refers to nothing, or a virtual table whose module is not there. */
const SQLITE_ERROR = 1

/**
 * Keeps the schema of one database at hand. It asks SQLite for its schema counter, which costs some system calls, once in each turn of
 * the event loop, and reads the schema again only when the counter has moved.
 */
export class SchemaReader {
  readonly #handle: DatabaseSync
  readonly #counter: { readonly statement: StatementSync; readonly snapshot: Snapshot } | null
  #version: unknown = null
  #schema: Schema | null = null
  #isFresh = false

  /** `isImmutable`: the file never changes, so the schema is read once. */
  constructor(handle: DatabaseSync, isImmutable: boolean) {
    this.#handle = handle
    this.#counter = isImmutable
      ? null
      : { statement: handle.prepare('PRAGMA schema_version'), snapshot: new Snapshot(handle) }
  }

  /**
   * The tables and views as they are now. While another process has locked the file, as they were when they
   * were last read; `DatabaseBusyError` when they never were.
   */
  current(): Schema {
    if (this.#isFresh && this.#schema !== null) return this.#schema
    try {
      return withoutWaiting(() => this.#latest())
    } catch (error) {
      if (error instanceof DatabaseBusyError && this.#schema !== null) return this.#schema
      throw error
    }
  }

  /** Makes what was just written visible to what is read from now on, also in this turn. */
  renew(): void {
    this.#isFresh = false
    this.#counter?.snapshot.release()
  }

  #latest(): Schema {
    // What is read of a table afterwards is then of this schema, and costs no lock of its own.
    this.#counter?.snapshot.hold()
    const version = this.#counter?.statement.get()?.['schema_version'] ?? null
    if (this.#schema === null || version !== this.#version) {
      this.#schema = new ReadSchema(this.#handle)
      this.#version = version
    }
    this.#isFresh = true
    void turnEnd().then(() => (this.#isFresh = false))
    return this.#schema
  }
}

type Listed = { readonly kind: 'table' | 'view'; readonly name: string; readonly sql: string }

/** The schema at one moment: the listing is read at once, details when they are asked for. */
class ReadSchema implements Schema {
  readonly tables: readonly TableSummary[]
  readonly views: readonly string[]
  readonly #handle: DatabaseSync
  readonly #listed: ReadonlyMap<string, Listed>
  readonly #roles: TableRoles
  readonly #details = new Map<string, Table>()
  readonly #columnIndexes = new Map<string, readonly ColumnIndex[]>()
  /** Prepared once: a listing of ten thousand tables asks for the columns of each. */
  #columnsOf: StatementSync | null = null
  #foreignKeys: ReadonlyMap<string, ForeignKeys> | null = null

  constructor(handle: DatabaseSync) {
    this.#handle = handle
    const listed = handle
      .prepare("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
      .all()
      .map((row): Listed => ({
        kind: row['type'] === 'view' ? 'view' : 'table',
        name: String(row['name']),
        sql: String(row['sql'] ?? ''),
      }))
    const tables = listed.filter(({ kind }) => kind === 'table')
    this.#listed = new Map(listed.map((entry) => [entry.name, entry]))
    this.views = listed.filter(({ kind }) => kind === 'view').map(({ name }) => name)
    this.#roles = findTableRoles(tables, this.views)
    this.tables = tables.map(({ name }) => ({
      name,
      hidden: this.#roles.isHidden(name),
      ftsTable: this.#roles.ftsTableOf(name),
    }))
  }

  table(name: string): Table | null {
    const known = this.#details.get(name)
    if (known !== undefined) return known
    const listed = this.#listed.get(name)
    if (listed === undefined) return null

    const details = withoutWaiting(() => this.#read(listed))
    this.#details.set(name, details)
    return details
  }

  hostOf(table: string): string | null {
    return this.#roles.hostOf(table)
  }

  columnIndexes(table: string): readonly ColumnIndex[] {
    const known = this.#columnIndexes.get(table)
    if (known !== undefined) return known
    const indexes = withoutWaiting(() => readColumnIndexes(this.#handle, table))
    this.#columnIndexes.set(table, indexes)
    return indexes
  }

  foreignKeys(table: string): ForeignKeys {
    return withoutWaiting(() => this.#allForeignKeys()).get(table) ?? NO_KEYS
  }

  #read({ kind, name, sql }: Listed): Table {
    // In `temp` there are no tables; elsewhere one of this name would stand before the function.
    this.#columnsOf ??= this.#handle.prepare('SELECT * FROM temp.pragma_table_xinfo(?)')
    const columns = readColumns(this.#columnsOf, name)
    const primaryKeys = columns
      .filter(({ pkPosition }) => pkPosition > 0)
      .toSorted((a, b) => a.pkPosition - b.pkPosition)
      .map((column) => column.name)
    return {
      name,
      kind,
      role: this.#roleOf(name, sql),
      hidden: kind === 'table' && this.#roles.isHidden(name),
      columns,
      primaryKeys,
      foreignKeys: this.#allForeignKeys().get(name) ?? NO_KEYS,
      ftsTable: kind === 'table' ? this.#roles.ftsTableOf(name) : null,
      sql,
    }
  }

  #roleOf(name: string, sql: string): Table['role'] {
    const isHosted = this.#roles.hostOf(name) !== null
    if (/^create virtual table/i.test(sql)) return isHosted ? 'index' : 'virtual'
    return isHosted ? 'shadow' : 'own'
  }

  #allForeignKeys(): ReadonlyMap<string, ForeignKeys> {
    this.#foreignKeys ??= readForeignKeys(
      this.#handle,
      this.tables.map(({ name }) => name),
    )
    return this.#foreignKeys
  }
}

const NO_KEYS: ForeignKeys = { outgoing: [], incoming: [] }

const COLUMN_INDEXES = `
  SELECT max(i.name) AS "column", l."unique"
  FROM temp.pragma_index_list(?) AS l, temp.pragma_index_info(l.name) AS i
  WHERE NOT l.partial
  GROUP BY l.name HAVING count(*) = 1`

function readColumnIndexes(handle: DatabaseSync, table: string): readonly ColumnIndex[] {
  const rows = handle.prepare(COLUMN_INDEXES).all(table)
  // An index of an expression has no name of a column.
  return rows.flatMap((row) =>
    typeof row['column'] === 'string'
      ? [{ column: row['column'], isUnique: Number(row['unique']) === 1 }]
      : [],
  )
}

function readColumns(columnsOf: StatementSync, table: string): readonly Column[] {
  try {
    return columnsOf.all(table).map((row) => ({
      name: String(row['name']),
      type: String(row['type']),
      notNull: Number(row['notnull']) === 1,
      defaultSql: row['dflt_value'] === null ? null : String(row['dflt_value']),
      pkPosition: Number(row['pk']),
      hidden: Number(row['hidden']),
    }))
  } catch (error) {
    // It is listed but cannot be read. Without columns the page can still say that it is there and show its SQL.
    if (sqliteErrorCode(error) === SQLITE_ERROR) return []
    throw error
  }
}
