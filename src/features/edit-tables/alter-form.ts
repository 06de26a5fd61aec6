import type { Table } from '../../database/database.ts'
import { isSameName } from '../../database/fold-name.ts'
import type { ExactObject } from '../../http/exact-json.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { SentenceProps } from '../../ui/sentence.tsx'
import {
  columnErrors,
  columnField,
  defaultArgument,
  KEPT,
  NO_DEFAULT,
  readColumns,
  typeArgument,
  type ColumnForm,
  type FieldErrors,
} from './column-form.ts'
import { changeWords, type SentOperation } from './change-words.ts'
import { tableNameErrors } from './create-form.ts'
import { columnForms } from './declared-columns.ts'
import type { OtherTables } from './other-tables.ts'

/** The page of `/-/alter-table`, as it was filled in. */
export type AlterForm = {
  /** The CREATE statement that the form was made for. */
  readonly schema: string
  readonly table: string
  readonly columns: readonly ColumnForm[]
}

/** One operation of `POST /:database/:table/-/alter`, and what it does in words. */
export type Change = {
  readonly operation: SentOperation
  readonly words: SentenceProps['parts']
  /** Whether values in the table are lost, or can become others. */
  readonly loses: boolean
}

/** The form of a table as it is. */
export function alterFormOf(table: Table): AlterForm {
  return { schema: table.sql, table: table.name, columns: columnForms(table) }
}

/** Reads what was posted. */
export function readAlterForm(fields: URLSearchParams): AlterForm {
  return {
    schema: fields.get('schema') ?? '',
    table: (fields.get('table') ?? '').trim(),
    columns: readColumns(fields),
  }
}

/** Whether a form was made for the table as it is now. */
export function isCurrent({ schema }: AlterForm, { sql }: Table): boolean {
  // Browsers send every line break as CRLF.
  const inOneForm = (text: string) => text.replaceAll(/\r\n?/g, '\n')
  return inOneForm(schema) === inOneForm(sql)
}

/**
 * Compares the form with the table: the operations that lead from one to the other. Columns go by the names that they have
 * now; what is renamed is renamed last (host.md §10.6). The failure has a message for each field that is wrong.
 */
export function changesOf(
  table: Table,
  form: AlterForm,
  { isTaken, tables }: OtherTables,
): Result<readonly Change[], FieldErrors> {
  const errors = formErrors(table, form, { isTaken, tables })
  if (errors.size > 0) return fail(errors)
  const columns = form.columns.filter(({ was, name }) => was !== null || name !== '')
  const before = new Map(columnForms(table).map((column) => [column.was, column]))
  const kept = columns.filter(({ was, isDropped }) => was !== null && !isDropped)
  const added = columns.filter(({ was }) => was === null)

  const operations: SentOperation[] = [
    ...added.map((column) =>
      operation('add_column', {
        name: column.name,
        ...typeArgument(column),
        ...(column.notNull && { not_null: true }),
        ...defaultArgument(column),
      }),
    ),
    ...columns
      .filter(({ was, isDropped }) => was !== null && isDropped)
      .map(({ was }) => operation('drop_column', { name: was })),
    ...kept.flatMap((column) => alterations(column, before.get(column.was))),
    ...[...kept, ...added].flatMap((column) => references(column, before.get(column.was))),
    ...keyChange(table, [...kept, ...added]),
    ...orderChange(kept, added),
    ...kept
      .filter(({ was, name }) => was !== name)
      .map(({ was, name }) => operation('rename_column', { name: was, to: name })),
    ...(form.table === table.name ? [] : [operation('rename_table', { to: form.table })]),
  ]
  return ok(
    operations.map((each) => ({ operation: each, words: changeWords(each), loses: losesValues(each) })),
  )
}

const operation = (op: string, args: ExactObject): SentOperation => ({ op, args })

function formErrors(table: Table, form: AlterForm, { isTaken, tables }: OtherTables): FieldErrors {
  const isNewName = !isSameName(form.table, table.name)
  const errors = new Map(tableNameErrors(form.table, (name) => isNewName && isTaken(name)))
  const referable = new Set([...tables, table.name])
  for (const [field, message] of columnErrors(form.columns, referable)) errors.set(field, message)
  for (const [place, column] of form.columns.entries()) {
    const { was, name, notNull, defaultKind, position, isDropped } = column
    if (was === null && name !== '' && notNull && defaultKind === NO_DEFAULT) {
      const message = 'Rows that are there need a value as well: choose what they get'
      errors.set(columnField(place, 'default'), message)
    }
    if (was !== null && !isDropped && !/^\d{1,5}$/.test(position)) {
      errors.set(columnField(place, 'position'), 'Write a number')
    }
  }
  const left = form.columns.filter(({ name, isDropped }) => name !== '' && !isDropped)
  if (left.length === 0) errors.set(columnField(0, 'name'), 'A table keeps at least one column')
  if (table.primaryKeys.length > 0 && !left.some(({ isKey }) => isKey)) {
    errors.set(columnField(0, 'key'), 'The table keeps a primary key: tick one of the columns')
  }
  return errors
}

/** What changes about the values that a column takes. */
function alterations(column: ColumnForm, before: ColumnForm | undefined): readonly SentOperation[] {
  if (before === undefined) return []
  const isOtherDefault =
    column.defaultKind !== before.defaultKind || column.defaultText.trim() !== before.defaultText.trim()
  const changed = {
    ...(column.type !== before.type && typeArgument(column)),
    ...(column.notNull !== before.notNull && { not_null: column.notNull }),
    ...(isOtherDefault && column.defaultKind !== KEPT && newDefault(column)),
  }
  if (Object.keys(changed).length === 0) return []
  return [operation('alter_column', { name: column.was, ...changed })]
}

function newDefault(column: ColumnForm): ExactObject {
  return column.defaultKind === NO_DEFAULT ? { default: null } : defaultArgument(column)
}

function references(column: ColumnForm, before: ColumnForm | undefined): readonly SentOperation[] {
  const { was, name, fkTable, fkColumn } = column
  const isSame = fkTable === (before?.fkTable ?? '') && fkColumn === (before?.fkColumn ?? '')
  if (isSame) return []
  const now = was ?? name
  if (fkTable === '') return [operation('drop_foreign_key', { column: now })]
  const to = { fk_table: fkTable, ...(fkColumn !== '' && { fk_column: fkColumn }) }
  return [operation('add_foreign_key', { column: now, ...to })]
}

/** A key of the same columns stays as it is, in the order that it has. */
function keyChange({ primaryKeys }: Table, columns: readonly ColumnForm[]): readonly SentOperation[] {
  const wanted = columns.filter(({ isKey }) => isKey).map(({ was, name }) => was ?? name)
  const isSame = wanted.length === primaryKeys.length && wanted.every((name) => primaryKeys.includes(name))
  return isSame ? [] : [operation('set_primary_key', { columns: wanted })]
}

/** Columns in the order of their numbers; those with the same number in the order that they have. New ones come last. */
function orderChange(kept: readonly ColumnForm[], added: readonly ColumnForm[]): readonly SentOperation[] {
  const wanted = kept.toSorted((a, b) => Number(a.position) - Number(b.position))
  if (wanted.every((column, place) => column === kept[place])) return []
  return [
    operation('reorder_columns', { columns: [...wanted, ...added].map(({ was, name }) => was ?? name) }),
  ]
}

function losesValues({ op, args }: SentOperation): boolean {
  return op === 'drop_column' || (op === 'alter_column' && args['type'] !== undefined)
}
