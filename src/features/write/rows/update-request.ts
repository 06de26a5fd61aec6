import { isObject, type ExactJson } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { isOn, unknownKeys } from '../../json/body-options.ts'
import { rowCells, type NewRow } from '../values/cell-value.ts'
import { columnLimitFault } from '../values/column-limit.ts'

/** What the body of an update asks for (host.md §10.4). */
export type UpdateRequest = {
  /** The new values by column; other columns keep theirs. */
  readonly values: NewRow
  /** Whether the answer has the row as it is stored. */
  readonly returnsRow: boolean
  /** Whether columns that the table does not have are added to it. */
  readonly addsColumns: boolean
}

const KNOWN_KEYS = ['update', 'return', 'alter']

/** Reads the body of an update of a table with these columns. The failure is the message to show. */
export function parseUpdateRequest(
  body: ExactJson,
  columns: ReadonlySet<string>,
): Result<UpdateRequest, string> {
  if (!isObject(body)) return fail('JSON must be a dictionary')
  if (!Object.hasOwn(body, 'update') || !isObject(body['update'])) {
    return fail('JSON must contain an update dictionary')
  }
  const invalid = unknownKeys(body, KNOWN_KEYS)
  if (invalid.length > 0) return fail(`Invalid keys: ${invalid.join(', ')}`)

  const sent = Object.keys(body['update'])
  const addsColumns = isOn(body, 'alter')
  const unknown = sent.find((column) => !columns.has(column))
  if (!addsColumns && unknown !== undefined) return fail(`no such column: ${unknown}`)
  const fault = columnLimitFault(columns, sent)
  if (fault !== null) return fail(fault)

  const values = rowCells(body['update'])
  return values.ok ? ok({ values: values.value, returnsRow: isOn(body, 'return'), addsColumns }) : values
}
