import { fail, ok, type Result } from '../../../result.ts'
import { isOn, unknownKeys } from '../../json/body-options.ts'
import { rowCells, type NewRow } from '../values/cell-value.ts'
import { columnLimitFault } from '../values/column-limit.ts'
import { isList, isObject, type ExactJson, type ExactObject } from '../../../http/exact-json.ts'

/** What the body of an insert asks for (host.md §10.2). */
export type InsertRequest = {
  readonly rows: readonly NewRow[]
  /** Whether the answer has the rows as they are stored. A single `row` is always returned. */
  readonly returnsRows: boolean
  /** What happens to a row that conflicts with one that is there: it fails the request, is skipped, or takes its place. */
  readonly onConflict: 'fail' | 'ignore' | 'replace'
  /** Whether columns that the table does not have are added to it. */
  readonly addsColumns: boolean
}

export type InsertRules = {
  /** Columns that the table has and rows may have. */
  readonly columns: ReadonlySet<string>
  readonly maxRows: number
}

const KNOWN_KEYS = ['row', 'rows', 'return', 'ignore', 'replace', 'alter']

/**
 * Reads the body of an insert. The failure is every message to show: the first thing that is wrong with the body
 * as a whole, or else one message for each row with columns that do not exist.
 */
export function parseInsertRequest(
  body: ExactJson,
  { columns, maxRows }: InsertRules,
): Result<InsertRequest, readonly string[]> {
  if (!isObject(body)) return fail(['JSON must be a dictionary'])
  const sent = sentRows(body)
  if (!sent.ok) return fail([sent.error])
  if (sent.value.length > maxRows) return fail([`Too many rows, maximum allowed is ${maxRows}`])

  const options = sentOptions(body)
  if (!options.ok) return fail([options.error])
  const names = sent.value.map((row) => Object.keys(row))
  if (options.value.addsColumns) {
    const fault = columnLimitFault(columns, names.flat())
    if (fault !== null) return fail([fault])
  } else {
    const unknown = unknownColumns(names, columns)
    if (unknown.length > 0) return fail(unknown)
  }

  const rows: NewRow[] = []
  for (const row of sent.value) {
    const cells = rowCells(row)
    if (!cells.ok) return fail([cells.error])
    rows.push(cells.value)
  }
  return ok({ ...options.value, rows })
}

function sentRows(body: ExactObject): Result<readonly ExactObject[], string> {
  const hasRow = Object.hasOwn(body, 'row')
  if (!hasRow && !Object.hasOwn(body, 'rows')) return fail('JSON must have one or other of "row" or "rows"')
  if (hasRow) {
    if (Object.hasOwn(body, 'rows')) return fail('Cannot use "row" and "rows" at the same time')
    return isObject(body['row']) ? ok([body['row']]) : fail('"row" must be a dictionary')
  }
  const rows = body['rows']
  if (!isList(rows)) return fail('"rows" must be a list')
  return rows.every(isObject) ? ok(rows) : fail('"rows" must be a list of dictionaries')
}

function sentOptions(body: ExactObject): Result<Omit<InsertRequest, 'rows'>, string> {
  const invalid = unknownKeys(body, KNOWN_KEYS)
  if (invalid.length > 0) {
    return fail(`Invalid parameter: ${invalid.map((key) => `"${key}"`).join(', ')}`)
  }
  const ignore = isOn(body, 'ignore')
  const replace = isOn(body, 'replace')
  if (ignore && replace) return fail('Cannot use "ignore" and "replace" at the same time')
  return ok({
    returnsRows: Object.hasOwn(body, 'row') || isOn(body, 'return'),
    onConflict: ignore ? 'ignore' : replace ? 'replace' : 'fail',
    addsColumns: isOn(body, 'alter'),
  })
}

/** One message for each row with columns that are not among these. A row is the names of its columns. */
export function unknownColumns(
  rows: readonly (readonly string[])[],
  columns: ReadonlySet<string>,
): readonly string[] {
  return rows.flatMap((sent, place) => {
    const unknown = sent.filter((column) => !columns.has(column))
    return unknown.length === 0 ? [] : [`Row ${place} has invalid columns: ${unknown.sort().join(', ')}`]
  })
}
