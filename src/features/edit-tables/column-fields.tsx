import type { JSX } from 'hono/jsx/jsx-runtime'
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx'
import {
  columnField,
  EMPTY_COLUMN,
  KEPT,
  NO_DEFAULT,
  WRITTEN,
  type ColumnField,
  type ColumnForm,
  type FieldErrors,
} from './column-form.ts'

/** What no choice can say of a column that is there, as SQLite writes it; null where one can. */
export type DeclaredColumn = { readonly type: string | null; readonly defaultSql: string | null }

export type ColumnListProps = {
  readonly columns: readonly ColumnForm[]
  readonly errors: FieldErrors
  /** What the columns are declared as now, by name; empty for a new table. */
  readonly declared: ReadonlyMap<string, DeclaredColumn>
  /** Names of tables that can be referred to, offered while somebody writes. */
  readonly tables: readonly string[]
}

/** So many names are offered; others can still be written. */
const MOST_TABLES_OFFERED = 500

const TABLES_ID = 'referable-tables'

/**
 * The columns of a table as fields, and a line that the script of the page copies for another one. Without the script
 * a button of the form asks the server for it.
 */
export function ColumnList(props: ColumnListProps): JSX.Element {
  return (
    <div class="column-rows" data-column-rows>
      {props.columns.map((column, place) => (
        <ColumnFields {...props} column={column} place={place} title={titleOf(column, place)} />
      ))}
      <template>
        <ColumnFields
          {...props}
          column={EMPTY_COLUMN}
          errors={new Map()}
          place="NEXT"
          title="Another column"
        />
      </template>
      <datalist id={TABLES_ID}>
        {props.tables.slice(0, MOST_TABLES_OFFERED).map((name) => (
          <option value={name} />
        ))}
      </datalist>
    </div>
  )
}

function titleOf({ was }: ColumnForm, place: number): JSX.Element {
  return was === null ? <>Column {place + 1}</> : <bdi>{was}</bdi>
}

type ColumnFieldsProps = Omit<ColumnListProps, 'columns'> & {
  readonly column: ColumnForm
  readonly place: number | string
  readonly title: JSX.Element | string
}

function ColumnFields(props: ColumnFieldsProps): JSX.Element {
  const { column, place, errors, title } = props
  const at = (field: ColumnField) => columnField(place, field)
  const error = (field: ColumnField) => errors.get(at(field)) ?? null
  const declared = column.was === null ? undefined : props.declared.get(column.was)
  const isFolded =
    column.defaultKind === NO_DEFAULT &&
    column.fkTable === '' &&
    ['default_value', 'fk_table', 'fk_column'].every((field) => !errors.has(`column.${place}.${field}`))
  return (
    <fieldset class="column-row">
      <legend>{title}</legend>
      {column.was !== null && <input type="hidden" name={at('was')} value={column.was} />}
      <div class="field-row">
        <TextField name={at('name')} label="Name" value={column.name} text="code" error={error('name')} />
        <SelectField
          name={at('type')}
          label="Type"
          value={column.type}
          options={typeOptions(declared)}
          error={error('type')}
        />
        {column.was !== null && (
          <TextField
            name={at('position')}
            label="Place"
            value={column.position}
            keyboard="numeric"
            text="code"
            error={error('position')}
          />
        )}
      </div>
      <div class="check-row">
        <Checkbox name={at('key')} value="1" checked={column.isKey}>
          Primary key
        </Checkbox>
        <Checkbox name={at('not_null')} value="1" checked={column.notNull}>
          Must have a value
        </Checkbox>
        {column.was !== null && (
          <Checkbox name={at('drop')} value="1" checked={column.isDropped}>
            Delete this column
          </Checkbox>
        )}
      </div>
      <details class="fold" open={!isFolded}>
        <summary>Default and foreign key</summary>
        <div class="field-row">
          <SelectField
            name={at('default')}
            label="When no value is given"
            value={column.defaultKind}
            options={defaultOptions(declared)}
            error={error('default')}
          />
          <TextField
            name={at('default_value')}
            label="The value"
            value={column.defaultText}
            text="code"
            error={error('default_value')}
          />
        </div>
        <div class="field-row">
          <TextField
            name={at('fk_table')}
            label="Refers to the table"
            value={column.fkTable}
            text="code"
            suggestions={TABLES_ID}
            error={error('fk_table')}
          />
          <TextField
            name={at('fk_column')}
            label="Its column"
            value={column.fkColumn}
            text="code"
            error={error('fk_column')}
          />
        </div>
        <p class="explain">Without a column it refers to the primary key of that table.</p>
      </details>
    </fieldset>
  )
}

function typeOptions(declared: DeclaredColumn | undefined) {
  const kept = declared?.type ?? null
  return [
    ...(kept === null ? [] : [{ value: KEPT, label: `${kept === '' ? 'No type' : kept} (as it is)` }]),
    { value: 'text', label: 'Text' },
    { value: 'integer', label: 'Whole numbers' },
    { value: 'float', label: 'Numbers with fractions' },
    { value: 'blob', label: 'Bytes (files, pictures)' },
  ]
}

function defaultOptions(declared: DeclaredColumn | undefined) {
  const kept = declared?.defaultSql ?? null
  return [
    ...(kept === null ? [] : [{ value: KEPT, label: `${kept} (as it is)` }]),
    { value: NO_DEFAULT, label: 'It stays empty' },
    { value: WRITTEN, label: 'This value:' },
    { value: 'current_timestamp', label: 'Date and time (UTC)' },
    { value: 'current_date', label: 'Date (UTC)' },
    { value: 'current_time', label: 'Time (UTC)' },
    { value: 'current_unixtime', label: 'Unix time in seconds' },
    { value: 'current_unixtime_ms', label: 'Unix time in milliseconds' },
  ]
}
