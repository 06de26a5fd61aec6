import { constants } from 'node:sqlite'
import { foldName } from './fold-name.ts'
import { READABLE_PRAGMAS } from './read-only-sql.ts'

/** SQLite's authorizer callback: asked about everything that a statement would do while it is prepared. */
export type Authorizer = (
  action: number,
  subject: string | null,
  detail: string | null,
  schema: string | null,
  source: string | null,
) => number

// Insert, update and delete are here because R-tree tables prepare their own write statements when they are
// merely opened. The file is read-only, so none of them can run.
const READER_ACTIONS: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
])

// Not here: a temporary table or view would stay in the connection and stand before the real one of the same name
// for everybody who writes later. Transactions are ours: all statements of a request or none.
const WRITER_ACTIONS: ReadonlySet<number> = new Set([
  ...READER_ACTIONS,
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_INDEX,
  constants.SQLITE_CREATE_VIEW,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_CREATE_VTABLE,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_DROP_VTABLE,
  constants.SQLITE_ALTER_TABLE,
  constants.SQLITE_REINDEX,
  constants.SQLITE_ANALYZE,
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

// What SQLite itself lets no view, trigger or table call. One loads code. Another reads and sets addresses of code, for every statement of
// the connection that comes later: SQLite allows it whenever its arguments are bound (sqlite.org/fts3.html §8.1). The third is a switch for
// the whole process in builds for debugging.
const UNSAFE_FUNCTIONS: ReadonlySet<string> = new Set(['load_extension', 'fts3_tokenizer', 'geopoly_debug'])

// FTS5 asks for data_version, ALTER TABLE for quick_check of the table, each through an inner statement.
const READER_PRAGMAS: ReadonlySet<string> = new Set([...READABLE_PRAGMAS, 'data_version'])
const WRITER_PRAGMAS: ReadonlySet<string> = new Set([...READER_PRAGMAS, 'quick_check'])

/** Allows reading and nothing else: no other files, no settings, no temporary tables, no transactions. */
export const authorizeReader: Authorizer = (action, subject, detail) =>
  verdict(isAllowed(READER_ACTIONS, READER_PRAGMAS, action, subject, detail))

/** Allows any change to the database's own tables, views, indexes and triggers, and nothing beyond. */
export const authorizeWriter: Authorizer = (action, subject, detail) =>
  verdict(isAllowed(WRITER_ACTIONS, WRITER_PRAGMAS, action, subject, detail))

function isAllowed(
  actions: ReadonlySet<number>,
  pragmas: ReadonlySet<string>,
  action: number,
  subject: string | null,
  detail: string | null,
): boolean {
  if (action === constants.SQLITE_PRAGMA) return isPragmaAllowed(pragmas, subject, detail)
  if (action === constants.SQLITE_FUNCTION && UNSAFE_FUNCTIONS.has(foldName(detail ?? ''))) return false
  return actions.has(action)
}

function isPragmaAllowed(
  allowed: ReadonlySet<string>,
  name: string | null,
  argument: string | null,
): boolean {
  const pragma = foldName(name ?? '')
  return (
    allowed.has(pragma) && (argument === null || PRAGMAS_ABOUT_A_NAME.has(pragma) || pragma === 'quick_check')
  )
}

function verdict(isAllowed: boolean): number {
  return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY
}
