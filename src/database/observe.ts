import { constants, DatabaseSync, type StatementSync } from 'node:sqlite'
import { ok, type Result } from '../result.ts'
import { isSameOperation, KINDS, operationKey, type Operation } from './operation.ts'
import { prepareOne } from './prepare.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import { authorizeWriter } from './statement-rules.ts'

/** One call of SQLite's authorizer. */
type Event = {
  readonly action: number
  readonly subject: string
  readonly detail: string
  readonly schema: string | null
  readonly source: string | null
}

/** A prepared statement and what it does. The statement is null where SQLite refused it for what it would do. */
export type Prepared = { readonly statement: StatementSync | null; readonly operations: readonly Operation[] }

/**
 * Prepares one statement without running it. The failure is the message to show; SQLite's errors are thrown. The handle must be
 * in a transaction that may write, so that nobody changes the schema between this and the run.
 */
export function prepareAndObserve(handle: DatabaseSync, sql: string): Result<Prepared, string> {
  // A schema that another process has changed is read anew by the first statement that runs, which would else be prepared again.
  handle.prepare('select 1 from sqlite_schema limit 1').get()
  const prepared = observe(handle, sql)
  if (!prepared.ok) return prepared
  const { statement, operations } = prepared.value
  const checks = statement === null ? [] : foreignKeyChecks(handle, sql, operations)
  return ok({ statement, operations: operations.filter((operation) => !checks.includes(operation)) })
}

/**
 * What is read only to check foreign keys: what is not read by a connection that does not enforce them. It is no part of what the
 * statement asks for, and whoever may change a row need not see the table that it refers to.
 */
function foreignKeyChecks(
  handle: DatabaseSync,
  sql: string,
  operations: readonly Operation[],
): readonly Operation[] {
  const reads = operations.filter(({ operation }) => operation === 'read')
  const path = handle.location()
  if (path === null || reads.length === 0 || reads.length === operations.length) return []
  const lenient = new DatabaseSync(path, {
    readOnly: true,
    returnArrays: true,
    enableForeignKeyConstraints: false,
    enableDoubleQuotedStringLiterals: true,
  })
  try {
    const observed = observe(lenient, sql)
    const asked = observed.ok ? observed.value.operations : reads
    return reads.filter((read) => !asked.some((one) => isSameOperation(one, read)))
  } finally {
    lenient.close()
  }
}

function observe(handle: DatabaseSync, sql: string): Result<Prepared, string> {
  openVirtualTables(handle, sql)
  const events: Event[] = []
  let isRefused = false
  const observed = (statement: StatementSync | null): Result<Prepared, string> =>
    ok({ statement, operations: operationsOf(handle, events) })
  handle.setAuthorizer((action, subject, detail, schema, source) => {
    events.push({ action, subject: subject ?? '', detail: detail ?? '', schema, source })
    const verdict = authorizeWriter(action, subject, detail, schema, source)
    if (verdict !== constants.SQLITE_OK && action !== constants.SQLITE_FUNCTION) isRefused = true
    return verdict
  })
  try {
    const prepared = prepareOne(handle, sql)
    // What is looked up to tell the kinds of tables is no part of the statement.
    handle.setAuthorizer(null)
    return prepared.ok ? observed(prepared.value) : prepared
  } catch (error) {
    handle.setAuthorizer(null)
    if (isRefused) return observed(null)
    throw error
  } finally {
    handle.setAuthorizer(null)
  }
}

/** A virtual table prepares statements of its own when it is first used, about tables that the statement says nothing of. */
function openVirtualTables(handle: DatabaseSync, sql: string): void {
  handle.setAuthorizer(authorizeWriter)
  try {
    prepareOne(handle, sql)
  } catch (error) {
    // It is told when the statement is prepared for good.
    if (!(error instanceof Error)) throw error
  } finally {
    handle.setAuthorizer(null)
  }
}

/** What there was before a statement that changes the schema. */
export type SchemaBefore = {
  readonly tables: ReadonlySet<string>
  /** The tables that the altered one referred to. */
  readonly parents: ReadonlySet<string>
}

/** Looks at the schema before a statement runs; null where there is nothing that SQLite tells only afterwards. */
export function schemaBefore(handle: DatabaseSync, operations: readonly Operation[]): SchemaBefore | null {
  const tellsMore = operations.some(
    ({ operation, target }) => operation === 'alter' || (operation === 'create' && target !== 'index'),
  )
  if (!tellsMore) return null
  const altered = operations.filter(({ operation }) => operation === 'alter')
  return {
    tables: tableNames(handle),
    parents: new Set(altered.flatMap(({ table }) => parentsOf(handle, table ?? ''))),
  }
}

/**
 * What a statement did that SQLite only tells once it has run, in the same transaction: what a new view reads, the new name of a
 * table, and the tables that a new foreign key refers to, whose values it could be asked for. Throws SQLite's error for a foreign
 * key that could not work: no row of the other table could be deleted any more.
 */
export function operationsAfter(
  handle: DatabaseSync,
  operations: readonly Operation[],
  before: SchemaBefore,
): readonly Operation[] {
  const made = [...tableNames(handle)].filter((name) => !before.tables.has(name))
  const altered = operations.filter(({ operation }) => operation === 'alter').map(({ table }) => table ?? '')
  const views = operations.filter(({ operation, target }) => operation === 'create' && target === 'view')
  const parents = [...made, ...altered].flatMap((table) =>
    parentsOf(handle, table).filter((parent) => parent !== table && !before.parents.has(parent)),
  )
  for (const parent of parents) handle.prepare(`delete from ${quoteIdentifier(parent)}`)
  const after = [
    ...made.map((table): Operation => ({ ...NOTHING, operation: 'create', table })),
    ...parents.map((table): Operation => ({ ...NOTHING, operation: 'read', table, kind: 'table' })),
    ...views.flatMap(({ table }) => readsOf(handle, table ?? '')),
  ]
  return after.filter((one) => !operations.some((known) => isSameOperation(one, known)))
}

const NOTHING = { target: 'table', source: null, kind: null } as const

function tableNames(handle: DatabaseSync): ReadonlySet<string> {
  return new Set(texts(handle.prepare("select name from sqlite_schema where type = 'table'").all()))
}

function parentsOf(handle: DatabaseSync, table: string): readonly string[] {
  return texts(handle.prepare('select distinct "table" from pragma_foreign_key_list(?)').all(table))
}

function texts(rows: readonly unknown[]): readonly string[] {
  return rows.flatMap((row) => (Array.isArray(row) ? [String(row[0])] : []))
}

function readsOf(handle: DatabaseSync, view: string): readonly Operation[] {
  const prepared = prepareAndObserve(handle, `select * from ${quoteIdentifier(view)}`)
  return prepared.ok ? prepared.value.operations.filter(({ table }) => table !== view) : []
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

function operationsOf(handle: DatabaseSync, events: readonly Event[]): readonly Operation[] {
  const statement = statementOf(events)
  const operations = new Map<string, Operation>()
  for (const event of events) {
    if (SILENT.has(event.action) || isOwnWork(statement, event) || isExpression(handle, event)) continue
    const operation = operationOf(handle, event)
    operations.set(operationKey(operation), operation)
  }
  return [...operations.values()]
}

/** What a statement changes in the schema. */
type SchemaChange = {
  readonly creates: boolean
  readonly alters: boolean
  readonly dropped: ReadonlySet<string>
}

function statementOf(events: readonly Event[]): SchemaChange {
  const dropped = events.filter(({ action, source }) => DROPS.has(action) && source === null)
  return {
    creates: events.some(({ action }) => CREATES.has(action) || TEMPORARY.has(action)),
    alters: events.some(({ action }) => action === constants.SQLITE_ALTER_TABLE),
    dropped: new Set(dropped.map(({ subject }) => subject)),
  }
}

/**
 * Whether SQLite itself does this as a part of changing the schema. What a query in the same statement reads is not: only
 * `CREATE TABLE … AS` has one, and of the schema SQLite reads nothing but a row number there.
 */
function isOwnWork({ creates, alters, dropped }: SchemaChange, event: Event): boolean {
  const { action, subject, detail, source } = event
  const changesMore = alters || dropped.size > 0
  if (source !== null || !(creates || changesMore)) return false
  if (action === constants.SQLITE_REINDEX) return true
  if (action === constants.SQLITE_DROP_TRIGGER) return dropped.has(detail)
  if (action === constants.SQLITE_DELETE && dropped.has(subject)) return true
  if (!ROW_CHANGES.has(action) || !isSqlites(subject)) return false
  return changesMore || action !== constants.SQLITE_READ || detail === 'ROWID'
}

/**
 * Whether this tells of a common table expression of which no column is read: SQLite then gives its name like that of a table. What it
 * reads itself is told apart. A table-valued function can be meant as well, which is none.
 */
function isExpression(handle: DatabaseSync, { action, subject, detail, schema }: Event): boolean {
  if (action !== constants.SQLITE_READ || detail !== '' || schema !== null) return false
  if (isSqlites(subject) || /^pragma_/iu.test(subject)) return false
  const module = handle.prepare('select 1 from pragma_module_list where name = ? collate nocase').get(subject)
  return module === undefined && kindOf(handle, subject) === null
}

function operationOf(handle: DatabaseSync, event: Event): Operation {
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
    const kind = isSqlites(subject) ? null : kindOf(handle, subject)
    // Table-valued functions are tables that no schema has. Those that take JSON apart know nothing of their own.
    const isFunction = kind === null && (subject === 'json_each' || subject === 'json_tree')
    if (isFunction) return { ...plain(change, 'unknown', null), kind: 'virtual' }
    return { ...plain(change, kind === null ? 'schema' : 'table', subject), kind }
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

function onTable(target: Operation['target'], { subject, detail }: Event): string {
  return target === 'index' || target === 'trigger' ? detail : subject
}

function transactionWord(subject: string): 'begin' | 'commit' | 'rollback' {
  return subject === 'BEGIN' ? 'begin' : subject === 'COMMIT' ? 'commit' : 'rollback'
}

function isSqlites(table: string): boolean {
  return /^sqlite_/iu.test(table)
}

function kindOf(handle: DatabaseSync, table: string): Operation['kind'] {
  const row: unknown = handle
    .prepare("select type from pragma_table_list(?) where schema = 'main' and name = ?")
    .get(table, table)
  const type: unknown = Array.isArray(row) ? row[0] : null
  return KINDS.find((kind) => kind === type) ?? null
}
