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
  /** The tables that the altered one referred to, once for each foreign key. */
  readonly parents: readonly string[]
}

/** Looks at the schema before a statement runs; null where there is nothing that SQLite tells only afterwards. */
export function schemaBefore(handle: DatabaseSync, operations: readonly Operation[]): SchemaBefore | null {
  const tellsMore = operations.some(
    ({ operation, target, kind }) =>
      operation === 'alter' || (operation === 'create' && target !== 'index' && kind === null),
  )
  if (!tellsMore) return null
  const altered = operations.filter(({ operation }) => operation === 'alter')
  return {
    tables: tableNames(handle),
    parents: altered.flatMap(({ table }) => parentsOf(handle, table ?? '')),
  }
}

/** What a statement did to the schema. */
export type SchemaChanges = {
  /** Those that were not told before. */
  readonly operations: readonly Operation[]
  /** The tables that new foreign keys refer to. */
  readonly parents: readonly string[]
}

/**
 * What a statement did that SQLite only tells once it has run, in the same transaction: what a new view reads, the new name of a
 * table, and the tables that a new foreign key refers to, whose values it could be asked for.
 */
export function changesAfter(
  handle: DatabaseSync,
  operations: readonly Operation[],
  before: SchemaBefore,
): SchemaChanges {
  const made = [...tableNames(handle)].filter((name) => !before.tables.has(name) && !isSqlites(name))
  const altered = operations.filter(({ operation }) => operation === 'alter').map(({ table }) => table ?? '')
  const views = operations.filter(({ operation, target }) => operation === 'create' && target === 'view')
  const known = [...before.parents]
  const parents = [...made, ...altered].flatMap((table) =>
    parentsOf(handle, table).filter((parent) => {
      const place = known.indexOf(parent)
      if (place >= 0) known.splice(place, 1)
      return parent !== table && place < 0
    }),
  )
  const after = [
    ...made.map((table): Operation => ({ ...NOTHING, operation: 'create', table })),
    ...parents.map((table): Operation => ({ ...NOTHING, operation: 'read', table, kind: 'table' })),
    ...views.flatMap(({ table }) => readsOf(handle, table ?? '')),
  ]
  return {
    operations: after.filter((one) => !operations.some((told) => isSameOperation(one, told))),
    parents,
  }
}

/**
 * Throws SQLite's error for a new foreign key that could not work: no row of the other table could be deleted any more. It tells of that
 * table, so this is for who may see it.
 */
export function requireWorkingKeys(handle: DatabaseSync, { parents }: SchemaChanges): void {
  for (const parent of parents) handle.prepare(`delete from ${quoteIdentifier(parent)}`)
}

const NOTHING = { target: 'table', source: null, kind: null } as const

function tableNames(handle: DatabaseSync): ReadonlySet<string> {
  return new Set(texts(handle.prepare("select name from sqlite_schema where type = 'table'").all()))
}

/** The declaration may have the name in another case than the schema; a composite key has a row for each column. */
const PARENTS = `
  select coalesce((select name from sqlite_schema where type = 'table' and name = k."table" collate nocase), k."table")
  from temp.pragma_foreign_key_list(?) as k where seq = 0`

function parentsOf(handle: DatabaseSync, table: string): readonly string[] {
  return texts(handle.prepare(PARENTS).all(table))
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

function statementOf(events: readonly Event[]): SchemaChange {
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
function isOwnWork({ creates, alters, dropped }: SchemaChange, event: Event): boolean {
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
function isExpression(handle: DatabaseSync, { action, subject, detail, schema }: Event): boolean {
  if (action !== constants.SQLITE_READ || detail !== '' || schema !== null) return false
  return !isSqlites(subject) && !isFunction(handle, subject) && findTable(handle, subject) === null
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

function onTable(target: Operation['target'], { subject, detail }: Event): string {
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

function isSqlites(table: string): boolean {
  return /^sqlite_/i.test(table)
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
