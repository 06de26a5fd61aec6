/** What the server and its SQL child processes say to each other. Shapes only; no behaviour. */

/** A value that SQLite can bind. Integers beyond 2^53 travel as bigint in process and as text between processes. */
export type SqlValue = null | number | bigint | string | Uint8Array

/**
 * Values for `?` placeholders by position, or for `:name` placeholders by name (without the colon).
 * A whole `number` is bound as an INTEGER, any other as a REAL.
 */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>

/** An `SqlValue` as JSON: `i` is an integer in decimal, `r` a float that JSON cannot write, `b` bytes in base64. */
export type WireValue =
  | null
  | string
  | number
  | { readonly i: string }
  | { readonly r: 'Infinity' | '-Infinity' | 'NaN' }
  | { readonly b: string }

/** `SqlParams` as JSON. */
export type WireParams = readonly WireValue[] | Readonly<Record<string, WireValue>>

/** A database file as the child has to open it. */
export type DatabaseFile = {
  readonly path: string
  /** The file never changes, so SQLite may skip its locks. */
  readonly immutable: boolean
  /** SQLite's page cache in KiB; 0 leaves SQLite's own default. */
  readonly cacheSizeKb: number
}

/** Run one read-only statement. */
export type ReadMessage = {
  readonly kind: 'read'
  readonly file: DatabaseFile
  readonly sql: string
  readonly params: WireParams
  readonly maxRows: number
  readonly timeLimitMs: number
  readonly shape: 'objects' | 'arrays'
}

/** Prepare a statement, do not run it, and tell what it would touch. */
export type AnalyzeMessage = { readonly kind: 'analyze'; readonly file: DatabaseFile; readonly sql: string }

/** Run statements in one transaction. */
export type WriteMessage = {
  readonly kind: 'write'
  readonly file: DatabaseFile
  readonly statements: readonly {
    readonly sql: string
    readonly params: WireParams
    readonly maxRows: number | null
  }[]
  readonly timeLimitMs: number
  readonly rebuild: boolean
}

/** What a reader process is asked. */
export type ReaderMessage = ReadMessage | AnalyzeMessage

/** One thing that a statement would do, as SQLite's authorizer is told of it. */
export type SqlOperation = {
  readonly kind: SqlOperationKind
  /** The table, index, view, function, pragma or file that it is about. */
  readonly subject: string | null
  /** A second fact: the column of a `read` or `update`, the table of an index or trigger. */
  readonly detail: string | null
  /** `main` or `temp`; null where it means nothing. */
  readonly schema: string | null
  /** The innermost view or trigger that is the reason, or null for the statement itself. */
  readonly source: string | null
}

/** The kinds of operation, from SQLite's authorizer action codes. */
export const SQL_OPERATION_KINDS = [
  'select',
  'read',
  'function',
  'recursive',
  'insert',
  'update',
  'delete',
  'create-table',
  'create-index',
  'create-view',
  'create-trigger',
  'create-virtual-table',
  'create-temporary',
  'drop-table',
  'drop-index',
  'drop-view',
  'drop-trigger',
  'drop-virtual-table',
  'drop-temporary',
  'alter-table',
  'reindex',
  'analyze',
  'pragma',
  'transaction',
  'savepoint',
  'attach',
  'detach',
  'other',
] as const

export type SqlOperationKind = (typeof SQL_OPERATION_KINDS)[number]

/** What a child answers. The rows of a `rows` reply follow it as bytes. */
export type Reply =
  /** The first message of a child: it can be asked now. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly rowCount: number
      readonly truncated: boolean
      readonly lastRow: readonly WireValue[] | null
      readonly durationMs: number
    }
  | { readonly kind: 'operations'; readonly operations: readonly SqlOperation[] }
  /** The statements have run and the transaction is being made permanent: it must not be cut off any more. */
  | { readonly kind: 'committing' }
  | {
      readonly kind: 'written'
      readonly results: readonly {
        readonly rowsAffected: number
        readonly lastInsertRowid: string
        readonly columns: readonly string[]
        readonly rows: readonly (readonly WireValue[])[]
        readonly truncated: boolean
      }[]
    }
  | {
      readonly kind: 'failed'
      readonly reason: 'interrupted' | 'sql' | 'too-large'
      readonly message: string
    }
