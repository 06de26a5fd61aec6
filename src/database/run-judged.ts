import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { fitBindings, iterateBound } from './bindings.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { JudgedMessage, Reply, WireValue } from './messages.ts'
import { changesAfter, prepareAndObserve, requireWorkingKeys, schemaBefore } from './observe.ts'
import { isSameOperation, type Operation } from './operation.ts'
import { formatCell } from './row-json.ts'
import { requireCells } from './require-cells.ts'
import { explainStatementError } from './sqlite-error.ts'
import { authorizeWriter } from './statement-rules.ts'
import { decodeParams, encodeValue } from './wire-values.ts'

type JudgedReply = Extract<Reply, { kind: 'analyzed' | 'ran' | 'failed' }>

/**
 * Runs a statement of somebody's in a transaction of its own, if it does nothing but what it may; else, and where nothing is permitted
 * yet, tells all that it would do, and leaves nothing of it (host.md §10.8). The handle is one of `openForWriter`;
 * `beforeCommit` as for `runWrite`.
 */
export function runJudged(
  handle: DatabaseSync,
  message: JudgedMessage,
  beforeCommit: () => void,
): JudgedReply {
  const deadline = performance.now() + message.timeLimitMs
  try {
    handle.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(message.timeLimitMs))}`)
    handle.exec('BEGIN IMMEDIATE')
    const prepared = prepareAndObserve(handle, message.sql)
    if (!prepared.ok) return failed('sql', prepared.error)
    const { statement, operations } = prepared.value
    const isPermitted = (operation: Operation) =>
      message.may?.some((one) => isSameOperation(one, operation)) === true

    const before = schemaBefore(handle, operations)
    const mayRun = message.may !== null && operations.every(isPermitted)
    // Nobody holds the lock for a statement that they may not run.
    if (statement === null || !mayRun || (message.isTrial && before === null)) {
      return { kind: 'analyzed', operations }
    }

    handle.setAuthorizer(authorizeWriter)
    const result = step(statement, message, deadline)
    handle.setAuthorizer(null)
    if (result.kind === 'failed') return result
    const more = before === null ? null : changesAfter(handle, operations, before)
    const told = [...operations, ...(more?.operations ?? [])]
    if (!told.every(isPermitted)) return { kind: 'analyzed', operations: told }
    if (more !== null) requireWorkingKeys(handle, more)
    if (message.isTrial) return { kind: 'analyzed', operations: told }

    const changes = changesOf(handle)
    if (performance.now() > deadline) return interrupted()
    beforeCommit()
    handle.exec('COMMIT')
    return { ...result, changes }
  } catch (error) {
    return { kind: 'failed', ...explainStatementError(error) }
  } finally {
    handle.setAuthorizer(null)
    if (handle.isTransaction) handle.exec('ROLLBACK')
  }
}

type Stepped = Omit<Extract<Reply, { kind: 'ran' }>, 'changes'>

function step(
  statement: StatementSync,
  { sql, params, maxRows }: JudgedMessage,
  deadline: number,
): Stepped | Extract<Reply, { kind: 'failed' }> {
  const bindings = fitBindings(sql, decodeParams(params))
  if (!bindings.ok) return failed('sql', bindings.error)

  const kept: (readonly WireValue[])[] = []
  let truncated = false
  let bytes = MAX_ANSWER_BYTES
  const rows = iterateBound(statement, bindings.value)
  for (let next = rows.next(); next.done !== true; next = rows.next()) {
    if (performance.now() > deadline) {
      rows.return?.()
      return interrupted()
    }
    // The statement has done its work only after the last of its rows.
    truncated = kept.length >= maxRows
    if (truncated) continue
    const cells = requireCells(next.value)
    bytes -= cells.reduce<number>((sum, cell) => sum + formatCell(cell).length, 0)
    if (bytes < 0) {
      rows.return?.()
      return failed('too-large', 'The returned rows are too large.')
    }
    kept.push(cells.map(encodeValue))
  }
  return { kind: 'ran', columns: statement.columns().map(({ name }) => name), rows: kept, truncated }
}

/** The rows that the last statement changed itself, without what triggers and foreign keys did. */
function changesOf(handle: DatabaseSync): number {
  const row: unknown = handle.prepare('select changes()').get()
  return Array.isArray(row) ? Number(row[0]) : 0
}

function interrupted(): Extract<Reply, { kind: 'failed' }> {
  return failed('interrupted', 'The time limit has passed.')
}

function failed(
  reason: Extract<Reply, { kind: 'failed' }>['reason'],
  message: string,
): Extract<Reply, { kind: 'failed' }> {
  return { kind: 'failed', reason, message }
}
