import type { Rebuilding, RowChange } from './database.ts'
import type { Operation } from './operation.ts'
import type { RowStyle } from './row-style.ts'

/** What the server and its SQL child processes say to each other. Shapes only; no behaviour. */

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
  readonly maxBytes: number
  readonly timeLimitMs: number
  readonly shape: 'objects' | 'arrays'
  readonly style?: RowStyle
  /** Whether the reply has to tell the values of the last row. */
  readonly withLastRow: boolean
}

/** A statement of a write, with its values. */
export type WireStatement = {
  readonly sql: string
  readonly params: WireParams
  readonly leavesReferences?: true
}

/** Rows in a file (`rows-file.ts`) and the statements that write them. */
export type WireRows = { readonly path: string; readonly statements: readonly string[] }

/** Run statements in one transaction, and then those for the rows of a file. */
export type WriteMessage = {
  readonly kind: 'write'
  readonly file: DatabaseFile
  /** A query that must find something, else nothing is done. */
  readonly condition: WireStatement | null
  readonly statements: readonly WireStatement[]
  readonly rebuilds?: Rebuilding
  readonly rows?: WireRows
  /** The only changes of rows that they may make; null for any. */
  readonly may: readonly RowChange[] | null
  readonly timeLimitMs: number
}

/** Run one statement of somebody's, if it does nothing but what it may. */
export type JudgedMessage = WireStatement & {
  readonly kind: 'judged'
  readonly file: DatabaseFile
  /** All that it may do; null to be told what it would do. */
  readonly may: readonly Operation[] | null
  /** Whether it is only to be told what it would do, with what is known only once it has run. */
  readonly isTrial: boolean
  /** Most returned rows that are kept. */
  readonly maxRows: number
  readonly timeLimitMs: number
}

/** Bring the write-ahead log of a file into it. */
export type FoldMessage = { readonly kind: 'fold'; readonly file: DatabaseFile }

/** What a child answers. The rows of a `rows` reply follow it as bytes. */
export type Reply =
  /** The first message of a child: it can be asked now. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly truncated: boolean
      readonly lastRow: readonly WireValue[] | null
    }
  /** A part of a long write is done, and the time limit counts anew. */
  | { readonly kind: 'progress' }
  /** The statements have run and the transaction is being made permanent: it must not be cut off any more. */
  | { readonly kind: 'committing' }
  | {
      readonly kind: 'written'
      readonly results: readonly {
        readonly columns: readonly string[]
        readonly rows: readonly (readonly WireValue[])[]
      }[]
      /** How many rows of the file were written: those that were passed over do not count. */
      readonly rowsWritten: number
    }
  /** All that a statement would do. Nothing of it was kept. */
  | { readonly kind: 'analyzed'; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'ran'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly WireValue[])[]
      readonly truncated: boolean
      readonly changes: number
    }
  /** The log was folded as far as nobody reads in it. */
  | { readonly kind: 'folded' }
  /** The condition of a write found nothing, and nothing was done. */
  | { readonly kind: 'unmet' }
  /** A statement would have made changes that were not among the permitted ones, and nothing was done. */
  | { readonly kind: 'unpermitted'; readonly changes: readonly RowChange[] }
  | {
      readonly kind: 'failed'
      readonly reason: 'interrupted' | 'sql' | 'too-large' | 'locked' | 'full'
      readonly message: string
      /** The place of the statement of a write that failed, from 0; left out where it was none of them alone. */
      readonly statement?: number | undefined
    }
