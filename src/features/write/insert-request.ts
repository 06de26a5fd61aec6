import { fail, ok, type Result } from '../../result.ts'
import { rowCells, type NewRow } from './cell-value.ts'
import { columnLimitFault } from './column-limit.ts'
import { isList, isObject, type ExactJson, type ExactObject } from '../../http/exact-json.ts'

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

const OPTIONS = ['return', 'ignore', 'replace', 'alter'] as const

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
  if (options.value.addsColumns) {
    const fault = columnLimitFault(
      columns,
      sent.value.flatMap((row) => Object.keys(row)),
    )
    if (fault !== null) return fail([fault])
  } else {
    const unknown = unknownColumns(sent.value, columns)
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
  const known: readonly string[] = ['row', 'rows', ...OPTIONS]
  const invalid = Object.keys(body).filter((key) => !known.includes(key))
  if (invalid.length > 0)
    return fail(
      `Invalid parameter: ${invalid
        .sort()
        .map((key) => `"${key}"`)
        .join(', ')}`,
    )

  const isOn = (option: (typeof OPTIONS)[number]) => Object.hasOwn(body, option) && Boolean(body[option])
  const ignore = isOn('ignore')
  const replace = isOn('replace')
  if (ignore && replace) return fail('Cannot use "ignore" and "replace" at the same time')
  return ok({
    returnsRows: Object.hasOwn(body, 'row') || isOn('return'),
    onConflict: ignore ? 'ignore' : replace ? 'replace' : 'fail',
    addsColumns: isOn('alter'),
  })
}

function unknownColumns(rows: readonly ExactObject[], columns: ReadonlySet<string>): readonly string[] {
  return rows.flatMap((row, place) => {
    const unknown = Object.keys(row).filter((column) => !columns.has(column))
    return unknown.length === 0 ? [] : [`Row ${place} has invalid columns: ${unknown.sort().join(', ')}`]
  })
}
