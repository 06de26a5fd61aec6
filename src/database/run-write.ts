import type { DatabaseSync } from 'node:sqlite'
import { fitBindings, iterateBound } from './bindings.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { RowChange } from './database.ts'
import type { Reply, WireStatement, WireValue, WriteMessage } from './messages.ts'
import { countOrphans } from './orphans.ts'
import { preparePermitted } from './prepare-permitted.ts'
import { formatCell } from './row-json.ts'
import { runRows } from './run-rows.ts'
import { requireCells } from './require-cells.ts'
import { explainStatementError } from './sqlite-error.ts'
import { decodeParams, encodeValue } from './wire-values.ts'

type WriteReply = Extract<Reply, { kind: 'written' | 'unmet' | 'unpermitted' | 'failed' }>
type StatementReply = Extract<Reply, { kind: 'written' }>['results'][number]

/** The returned rows that may still be kept, shared by the statements of one request. */
type Allowance = { bytes: number }

/**
 * Runs the statements of one request on a handle of `openForWriter`, in one transaction: after a failure
 * nothing of it is left. `beforeCommit` is called when only the commit is still to come; from then on the
 * time limit no longer counts, so that a write told as interrupted has never happened. `onProgress` is called whenever the
 * time limit counts anew.
 */
export function runWrite(
  handle: DatabaseSync,
  message: WriteMessage,
  beforeCommit: () => void,
  onProgress: () => void = () => {},
): WriteReply {
  const { rebuilds } = message
  const deadline = performance.now() + message.timeLimitMs
  const allowance: Allowance = { bytes: MAX_ANSWER_BYTES }
  let running: number | undefined
  try {
    handle.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(message.timeLimitMs))}`)
    // Inside a transaction SQLite would take no notice of it.
    if (rebuilds !== undefined) handle.exec('PRAGMA foreign_keys = OFF')
    handle.exec('BEGIN IMMEDIATE')
    const orphans = rebuilds === undefined ? 0 : countOrphans(handle, rebuilds.before)

    const limits = { deadline, allowance, may: message.may }
    const run = (statement: WireStatement) => {
      if (statement.leavesReferences) handle.exec('PRAGMA legacy_alter_table = ON')
      const result = runStatement(handle, statement, limits)
      handle.setAuthorizer(null)
      if (statement.leavesReferences) handle.exec('PRAGMA legacy_alter_table = OFF')
      return result
    }
    if (message.condition !== null) {
      const found = run(message.condition)
      if ('kind' in found) return found
      if (found.rows.length === 0) return { kind: 'unmet' }
    }
    const results: StatementReply[] = []
    for (const [place, statement] of message.statements.entries()) {
      running = place
      const result = run(statement)
      if ('kind' in result) return result
      results.push(result)
    }
    running = undefined
    if (rebuilds !== undefined && countOrphans(handle, rebuilds.after) > orphans) {
      return { kind: 'failed', reason: 'sql', message: 'FOREIGN KEY constraint failed' }
    }
    if (performance.now() > deadline) return interrupted()
    let rowsWritten = 0
    if (message.rows !== undefined) {
      onProgress()
      const written = runRows(handle, message.rows, message, onProgress)
      if (typeof written !== 'number') return written
      rowsWritten = written
    }

    beforeCommit()
    handle.exec('COMMIT')
    return { kind: 'written', results, rowsWritten }
  } catch (error) {
    return { kind: 'failed', ...explainStatementError(error), statement: running }
  } finally {
    handle.setAuthorizer(null)
    if (handle.isTransaction) handle.exec('ROLLBACK')
    if (rebuilds !== undefined) handle.exec('PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF')
  }
}

type StatementLimits = {
  readonly deadline: number
  readonly allowance: Allowance
  readonly may: readonly RowChange[] | null
}

function runStatement(
  handle: DatabaseSync,
  { sql, params }: WireStatement,
  { deadline, allowance, may }: StatementLimits,
): StatementReply | Extract<Reply, { kind: 'failed' | 'unpermitted' }> {
  const prepared = preparePermitted(handle, sql, may)
  if ('kind' in prepared) return prepared
  const bindings = fitBindings(sql, decodeParams(params))
  if (!bindings.ok) return { kind: 'failed', reason: 'sql', message: bindings.error }

  const returned: (readonly WireValue[])[] = []
  const rows = iterateBound(prepared, bindings.value)
  for (let step = rows.next(); step.done !== true; step = rows.next()) {
    if (performance.now() > deadline) {
      rows.return?.()
      return interrupted()
    }
    const cells = requireCells(step.value)
    allowance.bytes -= cells.reduce<number>((sum, cell) => sum + formatCell(cell).length, 0)
    if (allowance.bytes < 0) {
      rows.return?.()
      return { kind: 'failed', reason: 'too-large', message: 'The returned rows are too large.' }
    }
    returned.push(cells.map(encodeValue))
  }

  return { columns: prepared.columns().map(({ name }) => name), rows: returned }
}

function interrupted(): Extract<Reply, { kind: 'failed' }> {
  return { kind: 'failed', reason: 'interrupted', message: 'The time limit has passed.' }
}
