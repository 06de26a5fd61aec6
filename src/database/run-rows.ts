import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { failed, interrupted } from './failed-reply.ts'
import type { Reply, WireRows, WriteMessage } from './messages.ts'
import { preparePermitted } from './prepare-permitted.ts'
import { readFileRows, type FileRow } from './rows-file.ts'
import { explainStatementError } from './sqlite-error.ts'

/** How many rows a time limit is for. */
const ROWS_PER_TIME_LIMIT = 1000

/** How many time limits all rows together may take: everybody else who writes waits meanwhile. */
const MAX_TIME_LIMITS = 30

type Failed = Extract<Reply, { kind: 'failed' | 'unpermitted' }>

/**
 * Writes the rows of a file inside the transaction that is open on the handle, and tells how many were changed.
 * `onProgress` is called after every thousand of them, for each of which the time limit counts anew, though not without end. A failure names the row.
 */
export function runRows(
  handle: DatabaseSync,
  rows: WireRows,
  { may, timeLimitMs }: Pick<WriteMessage, 'may' | 'timeLimitMs'>,
  onProgress: () => void,
): number | Failed {
  const statements: StatementSync[] = []
  for (const sql of rows.statements) {
    const prepared = preparePermitted(handle, sql, may)
    if ('kind' in prepared) return prepared
    statements.push(prepared)
  }

  let changed = 0
  let number = 0
  let deadline = performance.now() + timeLimitMs
  const end = deadline + (MAX_TIME_LIMITS - 1) * timeLimitMs
  for (const row of readFileRows(rows.path)) {
    number += 1
    try {
      changed += changesOf(statements[row.statement], row)
    } catch (error) {
      const { reason, message } = explainStatementError(error)
      return failed(reason, `Row ${number} (line ${row.line}): ${message}`)
    }
    if (number % ROWS_PER_TIME_LIMIT !== 0) continue
    if (performance.now() > deadline) return interrupted()
    deadline = Math.min(performance.now() + timeLimitMs, end)
    onProgress()
  }
  handle.setAuthorizer(null)
  return changed
}

function changesOf(statement: StatementSync | undefined, { values }: FileRow): number {
  if (statement === undefined) throw new Error('a row names a statement that is not there')
  return Number(statement.run(...values).changes)
}
