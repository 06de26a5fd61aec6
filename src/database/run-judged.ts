import type { DatabaseSync } from 'node:sqlite'
import { failed, interrupted } from './failed-reply.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { JudgedMessage, Reply } from './messages.ts'
import { prepareAndObserve } from './observe.ts'
import { isSameOperation, type Operation } from './operation.ts'
import { changesAfter, requireWorkingKeys, schemaBefore } from './schema-changes.ts'
import { explainStatementError } from './sqlite-error.ts'
import { authorizeWriter } from './statement-rules.ts'
import { stepStatement } from './step-statement.ts'

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
    const allowance = { bytes: MAX_ANSWER_BYTES }
    const stepped = stepStatement(statement, message, { deadline, maxRows: message.maxRows, allowance })
    handle.setAuthorizer(null)
    if ('kind' in stepped) return stepped
    const more = before === null ? null : changesAfter(handle, operations, before)
    const told = [...operations, ...(more?.operations ?? [])]
    if (!told.every(isPermitted)) return { kind: 'analyzed', operations: told }
    if (more !== null) requireWorkingKeys(handle, more)
    if (message.isTrial) return { kind: 'analyzed', operations: told }

    const changes = changesOf(handle)
    if (performance.now() > deadline) return interrupted()
    beforeCommit()
    handle.exec('COMMIT')
    return { kind: 'ran', ...stepped, changes }
  } catch (error) {
    return { kind: 'failed', ...explainStatementError(error) }
  } finally {
    handle.setAuthorizer(null)
    if (handle.isTransaction) handle.exec('ROLLBACK')
  }
}

/** The rows that the last statement changed itself, without what triggers and foreign keys did. */
function changesOf(handle: DatabaseSync): number {
  const row: unknown = handle.prepare('select changes()').get()
  return Array.isArray(row) ? Number(row[0]) : 0
}
