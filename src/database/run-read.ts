import type { DatabaseSync } from 'node:sqlite'
import { fitBindings, iterateBound } from './bindings.ts'
import { gatherRows } from './gather-rows.ts'
import type { ReadMessage, Reply } from './messages.ts'
import { prepareOne } from './prepare.ts'
import { RowWriter } from './row-json.ts'
import { explainStatementError } from './sqlite-error.ts'
import { authorizeReader } from './statement-rules.ts'
import { decodeParams, encodeValue } from './wire-values.ts'

/** A reply and the bytes that follow it. */
export type Answer = { readonly reply: Reply; readonly body: readonly Uint8Array[] }

const TOO_LARGE = 'The answer is too large. Ask for fewer columns.'

/**
 * Runs one statement on a handle of `openForReader` and writes its rows as JSON. The time limit is looked
 * at between rows; a statement stuck inside one step can only be ended from outside.
 */
export function runRead(handle: DatabaseSync, message: ReadMessage): Answer {
  const start = performance.now()
  handle.setAuthorizer(authorizeReader)
  try {
    const prepared = prepareOne(handle, message.sql)
    if (!prepared.ok) return failed('sql', prepared.error)
    const bindings = fitBindings(message.sql, decodeParams(message.params))
    if (!bindings.ok) return failed('sql', bindings.error)

    const columns = prepared.value.columns().map(({ name }) => name)
    const writer = new RowWriter(message.shape, columns, message.maxBytes, message.style)
    const rows = iterateBound(prepared.value, bindings.value)
    const isOver = () => performance.now() - start > message.timeLimitMs
    const gathered = gatherRows(rows, writer, { maxRows: message.maxRows, isOver })
    if (gathered === null) return failed('interrupted', 'The time limit has passed.')
    const { count, truncated, lastRow } = gathered
    if (truncated && count === 0 && message.maxRows > 0) return failed('too-large', TOO_LARGE)

    const reply: Reply = {
      kind: 'rows',
      columns,
      truncated,
      lastRow: message.withLastRow ? (lastRow?.map(encodeValue) ?? null) : null,
    }
    return { reply, body: writer.end() }
  } catch (error) {
    const { reason, message } = explainStatementError(error)
    return failed(reason, message)
  }
}

function failed(reason: 'interrupted' | 'sql' | 'too-large' | 'locked' | 'full', message: string): Answer {
  return { reply: { kind: 'failed', reason, message }, body: [] }
}
