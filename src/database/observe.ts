import { constants, DatabaseSync, type StatementSync } from 'node:sqlite'
import { ok, type Result } from '../result.ts'
import { operationsOf, type AuthorizerEvent } from './authorizer-event.ts'
import { isSameOperation, type Operation } from './operation.ts'
import { prepareOne } from './prepare.ts'
import { authorizeWriter } from './statement-rules.ts'

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
  const events: AuthorizerEvent[] = []
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
