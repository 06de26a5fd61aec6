import type { StatementSync } from 'node:sqlite'
import { fitBindings, iterateBound } from './bindings.ts'
import { failed, interrupted, type FailedReply } from './failed-reply.ts'
import type { WireStatement, WireValue } from './messages.ts'
import { requireCells } from './require-cells.ts'
import { formatCell } from './row-json.ts'
import { decodeParams, encodeValue } from './wire-values.ts'

/** How long a statement may step, and what of its rows is kept. */
export type StepLimits = {
  /** By the clock of `performance.now()`, in milliseconds. */
  readonly deadline: number
  /** Most returned rows that are kept. */
  readonly maxRows: number
  /** The bytes of rows, as JSON text, that may still be kept; what is kept is taken off. */
  readonly allowance: { bytes: number }
}

/** The rows that a statement returned, and whether there were more than were kept. */
export type Stepped = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly WireValue[])[]
  readonly truncated: boolean
}

/** Runs a prepared statement that writes to its end: it has done its work only after the last of its rows. Throws SQLite's error. */
export function stepStatement(
  statement: StatementSync,
  { sql, params }: Pick<WireStatement, 'sql' | 'params'>,
  { deadline, maxRows, allowance }: StepLimits,
): Stepped | FailedReply {
  const bindings = fitBindings(sql, decodeParams(params))
  if (!bindings.ok) return failed('sql', bindings.error)

  const kept: (readonly WireValue[])[] = []
  let truncated = false
  const rows = iterateBound(statement, bindings.value)
  for (let next = rows.next(); next.done !== true; next = rows.next()) {
    if (performance.now() > deadline) {
      rows.return?.()
      return interrupted()
    }
    truncated = kept.length >= maxRows
    if (truncated) continue
    const cells = requireCells(next.value)
    allowance.bytes -= cells.reduce<number>((sum, cell) => sum + formatCell(cell).length, 0)
    if (allowance.bytes < 0) {
      rows.return?.()
      return failed('too-large', 'The returned rows are too large.')
    }
    kept.push(cells.map(encodeValue))
  }
  return { columns: statement.columns().map(({ name }) => name), rows: kept, truncated }
}
