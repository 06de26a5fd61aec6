import type { Result } from '../result.ts'
import type { Operation } from './operation.ts'
import type { RowStyle } from './row-style.ts'
import type { SqlParams, SqlValue } from './values.ts'

/**
 * One SQLite file (or the in-memory database) that people see.
 *
 * Two ways in, and the choice is not a matter of taste: `query` and `write` run SQL whose cost nobody
 * bounded, in child processes with limits; `get` runs a short statement of ours that an index bounds,
 * inside the server process; `walk` is between them: our own statement, given up when it turns out to be long.
 */
export interface Database {
  /** The name in URLs and configuration: the file's stem, made unique. */
  readonly name: string
  /** The file, or null for the in-memory database. */
  readonly path: string | null
  readonly isMutable: boolean
  /** Whether it can be changed here: neither an immutable file nor one that the system keeps the server from writing to. */
  readonly isWritable: boolean
  /** SHA-256 of an immutable file in hex; null for others. */
  readonly hash: string | null
  /** First six hex digits that give the database its colour (host.md §9.1). */
  readonly color: string

  /** Size of the file in bytes, 0 for memory and for a file that is gone. */
  sizeInBytes(): number
  /**
   * A number that is another one after every change of the data by anybody; always 0 for an immutable file. Null while another
   * process has locked the file. It costs microseconds.
   */
  dataVersion(): number | null
  /**
   * Tables and views as they are now. Cached until the schema changes; never costs work per request that grows
   * with the number of tables. While another process has locked the file: as they were last, and
   * `DatabaseBusyError` where they, or a table asked for, were never read.
   */
  schema(): Schema
  /**
   * First row of a short, index-bounded statement of ours; null when there is none. Integers come as bigint.
   * Throws `DatabaseBusyError` at once while another process has locked the file.
   */
  get(sql: string, params: SqlParams): SqlRow | null
  /**
   * Rows of a statement of ours that walks a table from a place in its own order, in the server process: for a small page
   * that is less work than asking a child. Null where the page is more than the server does itself, or the file is locked: then it is for `query`.
   */
  walk(walk: Walk): QueryAnswer | null
  /** Runs one read-only statement in a child process, cut off at its limits. */
  query(query: ReadQuery): Promise<Result<QueryAnswer, QueryFailure>>
  /** Runs statements in order inside one transaction: all of them or none. Foreign keys are enforced. */
  write(write: WriteRequest): Promise<Result<WriteAnswer, WriteFailure>>
  /** Runs one statement of somebody's in a transaction of its own, if it does nothing but what it may (host.md §10.8). */
  run(statement: JudgedStatement): Promise<Result<JudgedAnswer, WriteFailure>>
}

/** A row by column name; of columns with the same name the last is kept. */
export type SqlRow = Readonly<Record<string, SqlValue>>

/** One read-only statement with its values and its limits. */
export type ReadQuery = {
  readonly sql: string
  readonly params: SqlParams
  /** At most this many rows are returned; whether there were more is told. */
  readonly maxRows: number
  /** The rows stop before their JSON grows beyond this; 16 MiB without it, and never more. */
  readonly maxBytes?: number
  readonly timeLimitMs: number
  /** Who asks. A free reader goes to the one with the fewest queries running; those who do not say count as one. */
  readonly peer?: string
  /** `objects`: `[{"id": 1}]`. `arrays`: `[[1]]`. */
  readonly shape: 'objects' | 'arrays'
  /** How values are written; as `rows` of the answer says without it. */
  readonly style?: RowStyle
  /** False where nobody looks at `lastRow`, which is null then: a large row would be held twice. */
  readonly withLastRow?: boolean
  /** Ends the query when the one who asked has gone; the answer is then `interrupted`. */
  readonly signal?: AbortSignal
}

/** A page of a table in its own order: the statement, its values by name, and how many of its rows are wanted. */
export type Walk = Pick<ReadQuery, 'sql' | 'maxRows' | 'timeLimitMs' | 'shape' | 'style'> & {
  readonly params: Readonly<Record<string, SqlValue>>
}

/** What a read-only statement found. */
export type QueryAnswer = {
  readonly columns: readonly string[]
  /** The rows as UTF-8 JSON text, an array in the asked shape; passes through unparsed. Integers are exact, floats keep `.0`, blobs are `{"$base64": true, "encoded": …}`. */
  readonly rows: Uint8Array
  /** Whether there were more rows than `maxRows`, or than `maxBytes` had room for. */
  readonly truncated: boolean
  /** The last returned row, for the next page's token; null when there is none, or it was not wanted. Integers come as bigint. */
  readonly lastRow: readonly SqlValue[] | null
}

/** Why a statement gave no answer. */
export type QueryFailure =
  /** The time limit ended it, or the `signal`. A write that was interrupted has left nothing. */
  | { readonly reason: 'interrupted'; readonly timeLimitMs: number }
  /** SQLite refused the statement or failed in it; the message is SQLite's and safe to show. */
  | {
      readonly reason: 'sql'
      readonly message: string
      /** Which of the statements of a write it was, from 0; left out where it was none of them alone. */
      readonly statement?: number | undefined
    }
  /** A row alone, or a value in it, passed the size limit. */
  | { readonly reason: 'too-large'; readonly message: string }
  /** Another process holds the file's lock: nothing is wrong with the statement. */
  | { readonly reason: 'locked'; readonly message: string }
  /** The disk, or the file's own limit, has no room. */
  | { readonly reason: 'full'; readonly message: string }
  /** Every reader is busy and the queue is full. */
  | { readonly reason: 'busy' }

/** Statements that are to happen together. */
export type WriteRequest = {
  /**
   * A query that must find something inside the transaction, before the statements run; else nothing is done and the
   * failure is `unmet`. It is for what was looked up before the write and may have changed since.
   */
  readonly condition?: WriteStatement
  readonly statements: readonly WriteStatement[]
  /** Rows that are written after that, in the same transaction. The time limit counts for each thousand of them. */
  readonly rows?: RowsToWrite
  /**
   * A table that the statements build again. Foreign keys do nothing meanwhile: dropping the old table must not delete
   * what refers to it. At the end neither its rows nor those that refer to it may lack more than before, else nothing is done.
   */
  readonly rebuilds?: Rebuilding
  /**
   * The only changes of rows that the statements may make. One that would make another, be it through a foreign key's action,
   * is not run, nothing is done and the failure is `unpermitted`. What the triggers of the database do is their author's affair and
   * not counted. Without it anything goes.
   */
  readonly may?: readonly RowChange[]
  readonly timeLimitMs: number
  /** Takes the write out of the queue when the one who asked has gone; the answer is then `interrupted`. What has begun goes on. */
  readonly signal?: AbortSignal
}

/** A table that a write builds again, by its name before and after. */
export type Rebuilding = { readonly before: string; readonly after: string }

/** More rows than a request holds: they stand in a file that `formatFileRow` wrote, and each names one of the statements. */
export type RowsToWrite = { readonly path: string; readonly statements: readonly string[] }

/** A kind of change to the rows of one table. */
export type RowChange = { readonly operation: 'insert' | 'update' | 'delete'; readonly table: string }

/** One statement of somebody's that may change data. */
export type JudgedStatement = WriteStatement & {
  /** All that it may do, with everything that triggers, views and foreign keys do; null to be told what it would do. */
  readonly may: readonly Operation[] | null
  /** Runs it only to be told all that it would do, and leaves nothing of it. */
  readonly isTrial?: boolean
  /** Most returned rows that are kept. */
  readonly maxRows: number
  readonly timeLimitMs: number
  /** As for a write. */
  readonly signal?: AbortSignal
}

/** What became of it. */
export type JudgedAnswer =
  /** Nothing: it would do all of this, and not all of it is permitted. */
  | { readonly kind: 'analyzed'; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'ran'
      /** The names of the values that it returned (`RETURNING`); empty when it returns none. */
      readonly columns: readonly string[]
      readonly rows: readonly (readonly SqlValue[])[]
      /** Whether it returned more rows than were kept. */
      readonly truncated: boolean
      /** The rows that it changed itself; means nothing for a statement that changes none. */
      readonly changes: number
    }

/** One statement of a write, with its values. */
export type WriteStatement = {
  readonly sql: string
  readonly params: SqlParams
  /** For a rename of a table: views, triggers and foreign keys go on naming what they name, because another table takes the place. */
  readonly leavesReferences?: true
}

/** One result per statement, in order. */
export type WriteAnswer = {
  readonly results: readonly WriteResult[]
  /** How many of the `rows` were written: those that were there and were left alone do not count. */
  readonly rowsWritten: number
}

/** What one statement of a write did. */
export type WriteResult = {
  /** What it returned (`RETURNING`). Integers come as bigint. */
  readonly rows: readonly SqlRow[]
}

/** Why a write did not happen. */
export type WriteFailure =
  | QueryFailure
  | { readonly reason: 'immutable' }
  /** The system keeps the server from writing to the file. */
  | { readonly reason: 'read-only' }
  /** The `condition` found nothing; nothing was changed. */
  | { readonly reason: 'unmet' }
  /** The process ended, or was ended, while the transaction was being made permanent. All of it is done, or nothing. */
  | { readonly reason: 'in-doubt' }
  /** A statement would have made these changes, which are not among those it may make; nothing was changed. */
  | { readonly reason: 'unpermitted'; readonly changes: readonly RowChange[] }

/** What a database contains. Hidden tables are shadow tables, names that begin with `_`, and the like (host.md §9.2). */
export interface Schema {
  readonly tables: readonly TableSummary[]
  readonly views: readonly string[]
  /** Columns, keys and foreign keys of one table or view; null when there is none of that name (exact, case-sensitive). */
  table(name: string): Table | null
  /** The foreign keys of a table alone, of all tables in one statement; empty for a view. */
  foreignKeys(table: string): ForeignKeys
  /** The table whose content this one holds as well (a full-text index, what such an index keeps for itself); null for a table of its own. */
  hostOf(table: string): string | null
  /** The indexes of a table that hold all its rows and one column each; empty for a view. */
  columnIndexes(table: string): readonly ColumnIndex[]
}

/** An index of one column. */
export type ColumnIndex = { readonly column: string; readonly isUnique: boolean }

/** A table in a listing. `ftsTable` is the full-text table that indexes it, or null. */
export type TableSummary = {
  readonly name: string
  readonly hidden: boolean
  readonly ftsTable: string | null
}

/** One table or view in detail. */
export type Table = {
  readonly name: string
  readonly kind: 'table' | 'view'
  /** `virtual`: a module of SQLite stands behind it. `index`: such a table, made from another. `shadow`: such a table keeps this one for itself. */
  readonly role: 'own' | 'virtual' | 'index' | 'shadow'
  readonly hidden: boolean
  readonly columns: readonly Column[]
  /** The columns of the declared primary key in key order; empty without one. See `rowKeyOf` for what tells rows apart then. */
  readonly primaryKeys: readonly string[]
  readonly foreignKeys: ForeignKeys
  /** The full-text table that indexes this one, if any. */
  readonly ftsTable: string | null
  /** The CREATE statement. */
  readonly sql: string
}

/** The foreign keys of one table in both directions. */
export type ForeignKeys = {
  readonly outgoing: readonly ForeignKey[]
  readonly incoming: readonly ForeignKey[]
}

/** One column as declared (`PRAGMA table_xinfo`). */
export type Column = {
  readonly name: string
  /** As declared, may be empty. */
  readonly type: string
  readonly notNull: boolean
  /** The default's SQL text, or null. */
  readonly defaultSql: string | null
  /** 0 for columns outside the primary key, else the place in it from 1. */
  readonly pkPosition: number
  /** 0 ordinary, 1 hidden column of a virtual table, 2 virtual generated, 3 stored generated. */
  readonly hidden: number
}

/** `column` here refers to (outgoing) or is referred to by (incoming) `otherTable.otherColumn`. */
export type ForeignKey = {
  readonly column: string
  readonly otherTable: string
  readonly otherColumn: string
}
