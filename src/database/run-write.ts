import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fitBindings, iterateBound } from './bindings.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { AnalyzeMessage, Reply, WireStatement, WireValue, WriteMessage } from './messages.ts'
import { operationsAfter, prepareAndObserve, tableNames } from './observe.ts'
import { isSameOperation, type Operation } from './operation.ts'
import { prepareOne } from './prepare.ts'
import { formatCell } from './row-json.ts'
import { requireCells } from './run-read.ts'
import { explainStatementError } from './sqlite-error.ts'
import { authorizeWriter } from './statement-rules.ts'
import { decodeParams, encodeValue } from './wire-values.ts'

type WriteReply = Extract<Reply, { kind: 'written' | 'unmet' | 'unpermitted' | 'failed' }>
type StatementReply = Extract<Reply, { kind: 'written' }>['results'][number]
type NotRun = Extract<Reply, { kind: 'unpermitted' | 'failed' }>

/** The returned rows that may still be kept, shared by the statements of one request. */
type Allowance = { bytes: number }

/**
 * Runs the statements of one request on a handle of `openForWriter`, in one transaction: after a failure
 * nothing of it is left. `beforeCommit` is called when only the commit is still to come; from then on the
 * time limit no longer counts, so that a write told as interrupted has never happened.
 */
export function runWrite(handle: DatabaseSync, message: WriteMessage, beforeCommit: () => void): WriteReply {
  const deadline = performance.now() + message.timeLimitMs
  const allowance: Allowance = { bytes: MAX_ANSWER_BYTES }
  try {
    handle.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(message.timeLimitMs))}`)
    handle.exec('BEGIN IMMEDIATE')

    const run = (statement: WireStatement) =>
      statement.may === undefined
        ? runFreely(handle, statement, deadline, allowance)
        : runPermitted(handle, statement, statement.may, deadline, allowance)
    if (message.condition !== null) {
      const found = run(message.condition)
      if ('kind' in found) return found
      if (found.rows.length === 0) return { kind: 'unmet' }
    }
    const results: StatementReply[] = []
    for (const statement of message.statements) {
      const result = run(statement)
      if ('kind' in result) return result
      results.push(result)
    }
    if (performance.now() > deadline) return interrupted()

    beforeCommit()
    handle.exec('COMMIT')
    return { kind: 'written', results }
  } catch (error) {
    return { kind: 'failed', ...explainStatementError(error) }
  } finally {
    handle.setAuthorizer(null)
    if (handle.isTransaction) handle.exec('ROLLBACK')
  }
}

/**
 * Tells what a statement would do (host.md §10.8). Where SQLite does not tell all of it before, the statement is run, and undone.
 */
export function analyze(
  handle: DatabaseSync,
  { sql, timeLimitMs }: AnalyzeMessage,
): Extract<Reply, { kind: 'analyzed' | 'failed' }> {
  try {
    handle.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(timeLimitMs))}`)
    handle.exec('BEGIN IMMEDIATE')
    const prepared = prepareAndObserve(handle, sql)
    if (!prepared.ok) return { kind: 'failed', reason: 'sql', message: prepared.error }
    const { statement, operations } = prepared.value
    if (statement === null || !tellsMoreAfter(operations)) return { kind: 'analyzed', operations }
    const before = tableNames(handle)
    handle.setAuthorizer(authorizeWriter)
    statement.run()
    handle.setAuthorizer(null)
    return {
      kind: 'analyzed',
      operations: [...operations, ...operationsAfter(handle, prepared.value, before)],
    }
  } catch (error) {
    return { kind: 'failed', ...explainStatementError(error) }
  } finally {
    handle.setAuthorizer(null)
    if (handle.isTransaction) handle.exec('ROLLBACK')
  }
}

function tellsMoreAfter(operations: readonly Operation[]): boolean {
  return operations.some(
    ({ operation, target }) => operation === 'alter' || (operation === 'create' && target === 'view'),
  )
}

/** Runs a statement of ours. */
function runFreely(
  handle: DatabaseSync,
  statement: WireStatement,
  deadline: number,
  allowance: Allowance,
): StatementReply | NotRun {
  handle.setAuthorizer(authorizeWriter)
  const prepared = prepareOne(handle, statement.sql)
  if (!prepared.ok) return { kind: 'failed', reason: 'sql', message: prepared.error }
  return runPrepared(handle, prepared.value, statement, deadline, allowance)
}

/** Runs a statement of somebody's that may do certain things; where it would do more, the reply tells all that it would do. */
function runPermitted(
  handle: DatabaseSync,
  wanted: WireStatement,
  may: readonly Operation[],
  deadline: number,
  allowance: Allowance,
): StatementReply | NotRun {
  const prepared = prepareAndObserve(handle, wanted.sql)
  if (!prepared.ok) return { kind: 'failed', reason: 'sql', message: prepared.error }
  const { statement, operations } = prepared.value
  const isPermitted = (operation: Operation) => may.some((one) => isSameOperation(one, operation))
  if (statement === null || !operations.every(isPermitted)) return { kind: 'unpermitted', operations }

  const before = tellsMoreAfter(operations) ? tableNames(handle) : null
  handle.setAuthorizer(authorizeWriter)
  const result = runPrepared(handle, statement, wanted, deadline, allowance)
  if ('kind' in result || before === null) return result
  const all = [...operations, ...operationsAfter(handle, prepared.value, before)]
  return all.every(isPermitted) ? result : { kind: 'unpermitted', operations: all }
}

function runPrepared(
  handle: DatabaseSync,
  statement: StatementSync,
  { sql, params, maxRows }: WireStatement,
  deadline: number,
  allowance: Allowance,
): StatementReply | NotRun {
  const bindings = fitBindings(sql, decodeParams(params))
  if (!bindings.ok) return { kind: 'failed', reason: 'sql', message: bindings.error }

  const returned: (readonly WireValue[])[] = []
  let truncated = false
  const rows = iterateBound(statement, bindings.value)
  for (let step = rows.next(); step.done !== true; step = rows.next()) {
    if (performance.now() > deadline) {
      rows.return?.()
      return interrupted()
    }
    // The statement has done its work only after its last row.
    truncated = maxRows !== undefined && returned.length >= maxRows
    if (truncated) continue
    const cells = requireCells(step.value)
    allowance.bytes -= cells.reduce<number>((sum, cell) => sum + formatCell(cell).length, 0)
    if (allowance.bytes < 0) {
      rows.return?.()
      return { kind: 'failed', reason: 'too-large', message: 'The returned rows are too large.' }
    }
    returned.push(cells.map(encodeValue))
  }
  handle.setAuthorizer(null)
  const columns = statement.columns().map(({ name }) => name)
  return { columns, rows: returned, truncated, changes: changesOf(handle) }
}

/** The rows that the last statement to change some has changed itself, without what triggers and foreign keys did. */
function changesOf(handle: DatabaseSync): number {
  const row: unknown = handle.prepare('select changes()').get()
  return Array.isArray(row) ? Number(row[0]) : 0
}

function interrupted(): Extract<Reply, { kind: 'failed' }> {
  return { kind: 'failed', reason: 'interrupted', message: 'The time limit has passed.' }
}
