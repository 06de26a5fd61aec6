import { isObject, type ExactJson, type ExactObject } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { isOn, unknownKeys } from '../../json/body-options.ts'
import { MAX_NAME_CHARACTERS } from '../values/column-limit.ts'
import { rowCells, type NewRow } from '../values/cell-value.ts'
import { isListOfObjects, parseColumns, type NewColumn } from './column-definition.ts'
import type { InsertRequest } from '../rows/insert-request.ts'

/** What the body of `/-/create` asks for (host.md §10.5). */
export type CreateRequest = {
  readonly table: string
  /** The columns of the primary key; empty when none was named. */
  readonly primaryKeys: readonly string[]
  readonly content: NewContent
  /** Whether columns that an existing table does not have are added to it. */
  readonly addsColumns: boolean
}

/** What a new table is made from: columns, or rows that need them and that may go to a table which is there. */
export type NewContent =
  | { readonly kind: 'columns'; readonly columns: readonly NewColumn[] }
  | {
      readonly kind: 'rows'
      readonly rows: readonly NewRow[]
      readonly onConflict: InsertRequest['onConflict']
    }

const KNOWN_KEYS = ['table', 'columns', 'rows', 'row', 'pk', 'pks', 'ignore', 'replace', 'alter']

/** Reads the body. The failure is the message to show. */
export function parseCreateRequest(body: ExactJson): Result<CreateRequest, string> {
  if (!isObject(body)) return fail('JSON must be an object')
  const invalid = unknownKeys(body, KNOWN_KEYS)
  if (invalid.length > 0) return fail(`Invalid keys: ${invalid.join(', ')}`)
  const table = parseTableName(body['table'])
  if (!table.ok) return table
  const primaryKeys = parsePrimaryKeys(body)
  if (!primaryKeys.ok) return primaryKeys
  const content = parseContent(body)
  if (!content.ok) return content
  return ok({
    table: table.value,
    primaryKeys: primaryKeys.value,
    content: content.value,
    addsColumns: isOn(body, 'alter'),
  })
}

/** Reads the name of a table to be made. SQLite keeps names that begin with `sqlite_` for itself. */
export function parseTableName(name: ExactJson | undefined): Result<string, string> {
  if (name === undefined || name === null || name === '') return fail('Table is required')
  // oxlint-disable-next-line no-control-regex -- SQLite ends a statement at a null character
  if (typeof name !== 'string' || /^sqlite_|[\n\0]/i.test(name)) return fail('Invalid table name')
  return name.length > MAX_NAME_CHARACTERS ? fail(NAME_TOO_LONG) : ok(name)
}

const NAME_TOO_LONG = `Table name is too long, maximum allowed is ${MAX_NAME_CHARACTERS} characters`

function parsePrimaryKeys(body: ExactObject): Result<readonly string[], string> {
  const pk = body['pk'] ?? ''
  const pks = body['pks'] ?? null
  if (typeof pk !== 'string') return fail('pk must be a string')
  if (pk !== '' && isSent(pks)) return fail('Cannot specify both pk and pks')
  if (pk !== '') return ok([pk])
  if (pks === null) return ok([])
  if (!Array.isArray(pks)) return fail('pks must be a list')
  const names: readonly ExactJson[] = pks
  return names.every((name) => typeof name === 'string') ? ok(names) : fail('pks must be a list of strings')
}

function parseContent(body: ExactObject): Result<NewContent, string> {
  const sends = { columns: isSent(body['columns']), rows: isSent(body['rows']), row: isSent(body['row']) }
  const ignore = isOn(body, 'ignore')
  const replace = isOn(body, 'replace')
  if (ignore && replace) return fail('ignore and replace are mutually exclusive')
  if (!sends.columns && !sends.rows && !sends.row) return fail('columns, rows or row is required')
  if (sends.rows && sends.row) return fail('Cannot specify both rows and row')
  if (sends.columns && (sends.rows || sends.row)) return fail('Cannot specify columns with rows or row')
  if (sends.columns) {
    if (ignore || replace) return fail('ignore and replace require row or rows')
    const columns = parseColumns(body['columns'] ?? null, 'columns')
    return columns.ok ? ok({ kind: 'columns', columns: columns.value }) : columns
  }
  if ((ignore || replace) && !isSent(body['pk']) && !isSent(body['pks'])) {
    return fail('ignore and replace require pk or pks')
  }
  const rows = parseRows(sends.row ? [body['row'] ?? null] : body['rows'])
  const onConflict = ignore ? 'ignore' : replace ? 'replace' : 'fail'
  return rows.ok ? ok({ kind: 'rows', rows: rows.value, onConflict }) : rows
}

function parseRows(sent: ExactJson | undefined): Result<readonly NewRow[], string> {
  if (!Array.isArray(sent)) return fail('rows must be a list')
  if (!isListOfObjects(sent)) return fail('rows must be a list of objects')
  const rows: NewRow[] = []
  for (const each of sent) {
    const row = rowCells(each)
    if (!row.ok) return row
    rows.push(row.value)
  }
  return ok(rows)
}

/** Whether there is something under a key: an empty list or object counts as nothing, as in Datasette. */
function isSent(value: ExactJson | undefined): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value)
}
