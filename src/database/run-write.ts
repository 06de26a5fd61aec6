import type { DatabaseSync } from 'node:sqlite'
import { failed, interrupted } from './failed-reply.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { Reply, WireStatement, WriteMessage } from './messages.ts'
import { countOrphans } from './orphans.ts'
import { preparePermitted } from './prepare-permitted.ts'
import { runRows } from './run-rows.ts'
import { explainStatementError } from './sqlite-error.ts'
import { stepStatement, type StepLimits } from './step-statement.ts'

type WriteReply = Extract<Reply, { kind: 'written' | 'unmet' | 'unpermitted' | 'failed' }>
type StatementReply = Extract<Reply, { kind: 'written' }>['results'][number]

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
  const allowance = { bytes: MAX_ANSWER_BYTES }
  let running: number | undefined
  try {
    handle.exec(`PRAGMA busy_timeout = ${Math.max(0, Math.floor(message.timeLimitMs))}`)
    // Inside a transaction SQLite would take no notice of it.
    if (rebuilds !== undefined) handle.exec('PRAGMA foreign_keys = OFF')
    handle.exec('BEGIN IMMEDIATE')
    const orphans = rebuilds === undefined ? 0 : countOrphans(handle, rebuilds.before)

    const limits = { deadline, maxRows: Infinity, allowance, may: message.may }
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
      return failed('sql', 'FOREIGN KEY constraint failed')
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

function runStatement(
  handle: DatabaseSync,
  statement: WireStatement,
  { may, ...limits }: StepLimits & Pick<WriteMessage, 'may'>,
): StatementReply | Extract<Reply, { kind: 'failed' | 'unpermitted' }> {
  const prepared = preparePermitted(handle, statement.sql, may)
  if ('kind' in prepared) return prepared
  const stepped = stepStatement(prepared, statement, limits)
  return 'kind' in stepped ? stepped : { columns: stepped.columns, rows: stepped.rows }
}
