import type { ExactObject } from '../../http/exact-json.ts'
import { fail, ok, type Result } from '../../result.ts'
import { parsePastedRows } from '../pasted-rows.ts'
import { parseTableName } from '../write/tables/create-request.ts'
import {
  columnErrors,
  defaultArgument,
  EMPTY_COLUMN,
  namedColumns,
  readColumns,
  referenceArgument,
  typeArgument,
  type ColumnForm,
  type FieldErrors,
} from './column-form.ts'
import { withNumbers } from './numbers-in-rows.ts'
import type { OtherTables } from './other-tables.ts'

/** What a new table can be made from. */
export type Source = 'columns' | 'rows'

/** The page of `/-/create-table`, as it was filled in. */
export type CreateForm = {
  readonly source: Source
  readonly table: string
  readonly columns: readonly ColumnForm[]
  /** JSON or CSV, as it was pasted. */
  readonly rows: string
  /** The column that tells pasted rows apart; empty for none. */
  readonly pk: string
}

/** The form before anybody wrote into it: a key that SQLite counts up, and a line to go on with. */
export const NEW_FORM: CreateForm = {
  source: 'columns',
  table: '',
  columns: [{ ...EMPTY_COLUMN, name: 'id', type: 'integer', isKey: true }, EMPTY_COLUMN],
  rows: '',
  pk: '',
}

/** Reads what was posted. */
export function readCreateForm(fields: URLSearchParams): CreateForm {
  return {
    source: fields.get('from') === 'rows' ? 'rows' : 'columns',
    table: (fields.get('table') ?? '').trim(),
    columns: readColumns(fields),
    rows: fields.get('rows') ?? '',
    pk: (fields.get('pk') ?? '').trim(),
  }
}

/** Writes the form as the body of `POST /:database/-/create` (host.md §10.5). The failure has a message for each field that is wrong. */
export function createBody(
  form: CreateForm,
  { isTaken, tables }: OtherTables,
): Result<ExactObject, FieldErrors> {
  const errors = new Map(tableNameErrors(form.table, isTaken))
  if (form.source === 'rows') {
    const pasted = parsePastedRows(form.rows)
    if (!pasted.ok) errors.set('rows', pasted.error)
    if (!pasted.ok || errors.size > 0) return fail(errors)
    const { format, rows } = pasted.value
    return ok({
      table: form.table,
      rows: format === 'JSON' ? rows : withNumbers(rows),
      ...(form.pk !== '' && { pk: form.pk }),
    })
  }

  const referable = new Set([...tables, form.table])
  for (const [field, message] of columnErrors(form.columns, referable)) errors.set(field, message)
  const columns = namedColumns(form.columns)
  if (columns.length === 0) errors.set('column.0.name', 'A table needs at least one column')
  if (errors.size > 0) return fail(errors)

  const keys = columns.filter(({ isKey }) => isKey).map(({ name }) => name)
  const [only] = keys
  return ok({
    table: form.table,
    columns: columns.map((column) => ({
      name: column.name,
      ...typeArgument(column),
      ...(column.notNull && { not_null: true }),
      ...defaultArgument(column),
      ...referenceArgument(column),
    })),
    ...(keys.length > 1 ? { pks: keys } : only !== undefined && { pk: only }),
  })
}

/** What is wrong with the name of a table to be. */
export function tableNameErrors(name: string, isTaken: (name: string) => boolean): FieldErrors {
  const parsed = parseTableName(name)
  if (!parsed.ok) {
    const message =
      name === ''
        ? 'The table needs a name'
        : /^sqlite_/i.test(name)
          ? 'SQLite keeps names that begin with sqlite_ for itself'
          : parsed.error
    return new Map([['table', message]])
  }
  return isTaken(name) ? new Map([['table', `${name} is there already`]]) : new Map()
}
