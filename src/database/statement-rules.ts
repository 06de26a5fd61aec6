import { constants } from 'node:sqlite'
import type { SqlOperation, SqlOperationKind } from './messages.ts'
import { READABLE_PRAGMAS } from './read-only-sql.ts'

/** SQLite's authorizer callback: asked about everything that a statement would do while it is prepared. */
export type Authorizer = (
  action: number,
  subject: string | null,
  detail: string | null,
  schema: string | null,
  source: string | null,
) => number

const KIND_BY_ACTION: ReadonlyMap<number, SqlOperationKind> = new Map([
  [constants.SQLITE_SELECT, 'select'],
  [constants.SQLITE_READ, 'read'],
  [constants.SQLITE_FUNCTION, 'function'],
  [constants.SQLITE_RECURSIVE, 'recursive'],
  [constants.SQLITE_INSERT, 'insert'],
  [constants.SQLITE_UPDATE, 'update'],
  [constants.SQLITE_DELETE, 'delete'],
  [constants.SQLITE_CREATE_TABLE, 'create-table'],
  [constants.SQLITE_CREATE_INDEX, 'create-index'],
  [constants.SQLITE_CREATE_VIEW, 'create-view'],
  [constants.SQLITE_CREATE_TRIGGER, 'create-trigger'],
  [constants.SQLITE_CREATE_VTABLE, 'create-virtual-table'],
  [constants.SQLITE_CREATE_TEMP_TABLE, 'create-temporary'],
  [constants.SQLITE_CREATE_TEMP_INDEX, 'create-temporary'],
  [constants.SQLITE_CREATE_TEMP_VIEW, 'create-temporary'],
  [constants.SQLITE_CREATE_TEMP_TRIGGER, 'create-temporary'],
  [constants.SQLITE_DROP_TABLE, 'drop-table'],
  [constants.SQLITE_DROP_INDEX, 'drop-index'],
  [constants.SQLITE_DROP_VIEW, 'drop-view'],
  [constants.SQLITE_DROP_TRIGGER, 'drop-trigger'],
  [constants.SQLITE_DROP_VTABLE, 'drop-virtual-table'],
  [constants.SQLITE_DROP_TEMP_TABLE, 'drop-temporary'],
  [constants.SQLITE_DROP_TEMP_INDEX, 'drop-temporary'],
  [constants.SQLITE_DROP_TEMP_VIEW, 'drop-temporary'],
  [constants.SQLITE_DROP_TEMP_TRIGGER, 'drop-temporary'],
  [constants.SQLITE_ALTER_TABLE, 'alter-table'],
  [constants.SQLITE_REINDEX, 'reindex'],
  [constants.SQLITE_ANALYZE, 'analyze'],
  [constants.SQLITE_PRAGMA, 'pragma'],
  [constants.SQLITE_TRANSACTION, 'transaction'],
  [constants.SQLITE_SAVEPOINT, 'savepoint'],
  [constants.SQLITE_ATTACH, 'attach'],
  [constants.SQLITE_DETACH, 'detach'],
])

// Insert, update and delete are here because R-tree tables prepare their own write statements when they are
// merely opened. The file is read-only, so none of them can run.
const READER_KINDS: ReadonlySet<SqlOperationKind> = new Set([
  'select',
  'read',
  'function',
  'recursive',
  'insert',
  'update',
  'delete',
])

// A temporary table or view would stay in the connection and stand before the real one of the same name for
// everybody who writes later. Transactions are ours: all statements of a request or none.
const NOT_FOR_WRITERS: ReadonlySet<SqlOperationKind> = new Set([
  'create-temporary',
  'drop-temporary',
  'transaction',
  'savepoint',
  'attach',
  'detach',
  'other',
])

/** Pragmas whose argument names a table or an index; the argument of any other would be a new value. */
const PRAGMAS_ABOUT_A_NAME: ReadonlySet<string> = new Set([
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'table_info',
  'table_list',
  'table_xinfo',
])

// FTS5 asks for data_version, ALTER TABLE for quick_check of the table, each through an inner statement.
const READER_PRAGMAS: ReadonlySet<string> = new Set([...READABLE_PRAGMAS, 'data_version'])
const WRITER_PRAGMAS: ReadonlySet<string> = new Set([...READER_PRAGMAS, 'quick_check'])

/** Allows reading and nothing else: no other files, no settings, no temporary tables, no transactions. */
export const authorizeReader: Authorizer = (action, subject, detail) => {
  const kind = operationKind(action)
  if (kind === 'pragma') return verdict(isPragmaAllowed(READER_PRAGMAS, subject, detail))
  return verdict(READER_KINDS.has(kind) && !loadsCode(kind, detail))
}

/** Allows any change to the database's own tables, views, indexes and triggers, and nothing beyond. */
export const authorizeWriter: Authorizer = (action, subject, detail) => {
  const kind = operationKind(action)
  if (kind === 'pragma') return verdict(isPragmaAllowed(WRITER_PRAGMAS, subject, detail))
  return verdict(!NOT_FOR_WRITERS.has(kind) && !loadsCode(kind, detail))
}

/** Allows everything and notes it in `operations`. Only for preparing a statement that is never run. */
export function recordOperations(operations: SqlOperation[]): Authorizer {
  return (action, subject, detail, schema, source) => {
    operations.push({ kind: operationKind(action), subject, detail, schema, source })
    return constants.SQLITE_OK
  }
}

function operationKind(action: number): SqlOperationKind {
  return KIND_BY_ACTION.get(action) ?? 'other'
}

function isPragmaAllowed(
  allowed: ReadonlySet<string>,
  name: string | null,
  argument: string | null,
): boolean {
  const pragma = name?.toLowerCase() ?? ''
  return (
    allowed.has(pragma) && (argument === null || PRAGMAS_ABOUT_A_NAME.has(pragma) || pragma === 'quick_check')
  )
}

function loadsCode(kind: SqlOperationKind, functionName: string | null): boolean {
  return kind === 'function' && functionName?.toLowerCase() === 'load_extension'
}

function verdict(isAllowed: boolean): number {
  return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY
}
