import { constants, type DatabaseSync } from 'node:sqlite'
import { KINDS, operationKey, type Operation } from './operation.ts'

/** One call of SQLite's authorizer. */
export type AuthorizerEvent = {
  readonly action: number
  readonly subject: string
  readonly detail: string
  readonly schema: string | null
  readonly source: string | null
}

const CREATES: ReadonlyMap<number, Operation['target']> = new Map([
  [constants.SQLITE_CREATE_TABLE, 'table'],
  [constants.SQLITE_CREATE_VIEW, 'view'],
  [constants.SQLITE_CREATE_INDEX, 'index'],
  [constants.SQLITE_CREATE_TRIGGER, 'trigger'],
  [constants.SQLITE_CREATE_VTABLE, 'virtual-table'],
])

const TEMPORARY: ReadonlySet<number> = new Set([
  constants.SQLITE_CREATE_TEMP_TABLE,
  constants.SQLITE_CREATE_TEMP_VIEW,
  constants.SQLITE_CREATE_TEMP_INDEX,
  constants.SQLITE_CREATE_TEMP_TRIGGER,
])

const DROPS: ReadonlyMap<number, Operation['target']> = new Map([
  [constants.SQLITE_DROP_TABLE, 'table'],
  [constants.SQLITE_DROP_VIEW, 'view'],
  [constants.SQLITE_DROP_INDEX, 'index'],
  [constants.SQLITE_DROP_TRIGGER, 'trigger'],
  [constants.SQLITE_DROP_VTABLE, 'virtual-table'],
])

const ROW_CHANGES: ReadonlyMap<number, 'read' | 'insert' | 'update' | 'delete'> = new Map([
  [constants.SQLITE_READ, 'read'],
  [constants.SQLITE_INSERT, 'insert'],
  [constants.SQLITE_UPDATE, 'update'],
  [constants.SQLITE_DELETE, 'delete'],
])

/** What needs no right of its own: what is read or changed is told by itself. */
const SILENT: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
])

/** What a statement does, each thing once, from all that the authorizer was told while it was prepared. */
export function operationsOf(handle: DatabaseSync, events: readonly AuthorizerEvent[]): readonly Operation[] {
  const statement = statementOf(events)
  const operations = new Map<string, Operation>()
  for (const event of events) {
    if (SILENT.has(event.action) || isOwnWork(statement, event) || isExpression(handle, event)) continue
    const operation = operationOf(handle, event)
    // A key or a check of a table without rows reads its columns by name; there is nothing else that it could read.
    const isNew = !statement.fills && statement.created.has(event.subject)
    if (isNew && operation.operation === 'read') continue
    const made = operation.operation === 'create' && operation.target === 'table' && statement.fills
    const told: Operation = made ? { ...operation, kind: 'table' } : operation
    operations.set(operationKey(told), told)
  }
  return [...operations.values()]
}

/** What a statement changes in the schema. */
type SchemaChange = {
  readonly creates: boolean
  /** The new tables. */
  readonly created: ReadonlySet<string>
  /** Whether a new table gets rows: `CREATE TABLE … AS`. */
  readonly fills: boolean
  readonly alters: boolean
  readonly dropped: ReadonlySet<string>
}

function statementOf(events: readonly AuthorizerEvent[]): SchemaChange {
  const dropped = events.filter(({ action, source }) => DROPS.has(action) && source === null)
  const created = events.filter(({ action }) => action === constants.SQLITE_CREATE_TABLE)
  return {
    created: new Set(created.map(({ subject }) => subject)),
    fills: created.length > 0 && events.some(({ action }) => action === constants.SQLITE_SELECT),
    creates: events.some(({ action }) => CREATES.has(action) || TEMPORARY.has(action)),
    alters: events.some(({ action }) => action === constants.SQLITE_ALTER_TABLE),
    dropped: new Set(dropped.map(({ subject }) => subject)),
  }
}

/**
 * Whether SQLite itself does this as a part of changing the schema. What a query in the same statement reads is not: only
 * `CREATE TABLE … AS` has one, and of the schema SQLite reads nothing but a row number there.
 */
function isOwnWork({ creates, alters, dropped }: SchemaChange, event: AuthorizerEvent): boolean {
  const { action, subject, detail, source } = event
  const changesMore = alters || dropped.size > 0
  if (source !== null || !(creates || changesMore)) return false
  if (action === constants.SQLITE_REINDEX) return true
  // The index of a key, and the table that AUTOINCREMENT counts in.
  if (creates && CREATES.has(action) && isSqlites(subject)) return true
  if (action === constants.SQLITE_DROP_TRIGGER) return dropped.has(detail)
  if (action === constants.SQLITE_DELETE && dropped.has(subject)) return true
  if (!ROW_CHANGES.has(action) || !isSqlites(subject)) return false
  return changesMore || action !== constants.SQLITE_READ || detail === 'ROWID'
}

/**
 * Whether this tells of a common table expression of which no column is read: SQLite then gives its name like that of a table. What it
 * reads itself is told apart. A table-valued function can be meant as well, which is none.
 */
function isExpression(handle: DatabaseSync, { action, subject, detail, schema }: AuthorizerEvent): boolean {
  if (action !== constants.SQLITE_READ || detail !== '' || schema !== null) return false
  return !isSqlites(subject) && !isFunction(handle, subject) && findTable(handle, subject) === null
}

function operationOf(handle: DatabaseSync, event: AuthorizerEvent): Operation {
  const { action, subject, detail, schema, source } = event
  const plain = (operation: Operation['operation'], target: Operation['target'], table: string | null) => ({
    operation,
    target: schema === 'temp' ? ('temporary' as const) : target,
    table,
    source,
    kind: null,
  })
  const change = ROW_CHANGES.get(action)
  if (change !== undefined) {
    const found = isSqlites(subject) ? null : findTable(handle, subject)
    const isJson = /^json_(?:each|tree)$/i.test(subject)
    // A table that is called like a function of SQLite stands before it, but the function can be asked for in `temp`, and is told alike.
    if (change === 'read' && !isJson && isFunction(handle, subject)) return plain(change, 'schema', subject)
    if (found !== null) return { ...plain(change, 'table', found.name), kind: found.kind }
    // Table-valued functions are tables that no schema has. Those that take JSON apart know nothing of their own.
    if (isJson) return { ...plain(change, 'unknown', null), kind: 'virtual' }
    return plain(change, 'schema', subject)
  }
  if (TEMPORARY.has(action)) return plain('create', 'temporary', subject)
  const created = CREATES.get(action)
  if (created !== undefined) return plain('create', created, onTable(created, event))
  const dropped = DROPS.get(action)
  if (dropped !== undefined) return plain('drop', dropped, onTable(dropped, event))
  switch (action) {
    case constants.SQLITE_ALTER_TABLE:
      return {
        operation: 'alter',
        target: subject === 'main' ? 'table' : 'temporary',
        table: detail,
        source,
        kind: null,
      }
    case constants.SQLITE_ANALYZE:
      return plain('analyze', 'table', null)
    case constants.SQLITE_REINDEX:
      return plain('reindex', 'index', null)
    case constants.SQLITE_ATTACH:
      return plain('attach', 'database', null)
    case constants.SQLITE_DETACH:
      return plain('detach', 'database', null)
    case constants.SQLITE_PRAGMA:
      return plain('pragma', 'pragma', null)
    case constants.SQLITE_SAVEPOINT:
      return plain('savepoint', 'transaction', null)
    case constants.SQLITE_TRANSACTION:
      return plain(transactionWord(subject), 'transaction', null)
    default:
      return plain('unknown', 'unknown', null)
  }
}

function onTable(target: Operation['target'], { subject, detail }: AuthorizerEvent): string {
  return target === 'index' || target === 'trigger' ? detail : subject
}

function transactionWord(subject: string): 'begin' | 'commit' | 'rollback' {
  return subject === 'BEGIN' ? 'begin' : subject === 'COMMIT' ? 'commit' : 'rollback'
}

/** Whether there is a table-valued function, or another module, of this name. */
function isFunction(handle: DatabaseSync, name: string): boolean {
  if (/^pragma_/i.test(name)) return true
  return (
    handle.prepare('select 1 from temp.pragma_module_list where name = ? collate nocase').get(name) !==
    undefined
  )
}

/** A table or view as the schema has it. */
type Found = { readonly name: string; readonly kind: NonNullable<Operation['kind']> }

/** Names are the same in any case to SQLite, which tells of a table as the statement wrote it where no column of it is read. */
function findTable(handle: DatabaseSync, table: string): Found | null {
  const row: unknown = handle
    .prepare(
      "select name, type from temp.pragma_table_list(?) where schema = 'main' and name = ? collate nocase",
    )
    .get(table, table)
  const [name, type]: readonly unknown[] = Array.isArray(row) ? row : []
  const kind = KINDS.find((one) => one === type)
  return kind === undefined ? null : { name: String(name), kind }
}

/** Whether a table is one that SQLite keeps for itself. */
export function isSqlites(table: string): boolean {
  return /^sqlite_/i.test(table)
}
