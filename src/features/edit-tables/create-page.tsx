import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from '../../ui/code-block.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import type { FieldErrors } from './column-form.ts'
import { ColumnList } from './column-fields.tsx'
import type { CreateForm } from './create-form.ts'
import { FormProblem } from './form-problem.tsx'
import { PreviewForm, TableForm } from './table-form.tsx'

export type CreatePageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** Where the other form is: from columns, and from rows; the second is null for those who may not add rows. */
  readonly paths: { readonly columns: string; readonly rows: string | null }
  readonly cancelPath: string
  readonly form: CreateForm
  readonly errors: FieldErrors
  /** Why nothing was made, where no field is to blame. */
  readonly problem: string | null
  readonly tables: readonly string[]
}

/** Asks for a new table. */
export function CreatePage(props: CreatePageProps): JSX.Element {
  const { form, errors, problem, paths } = props
  const tabs = [
    { title: 'From columns', path: paths.columns, isHere: form.source === 'columns' },
    ...(paths.rows === null
      ? []
      : [{ title: 'From rows', path: paths.rows, isHere: form.source === 'rows' }]),
  ]
  return (
    <>
      <h1>Create a table</h1>
      {tabs.length > 1 && <Tabs label="Ways to create a table" tabs={tabs} />}
      <FormProblem problem={problem} errors={errors} unchanged="No table was made." />
      <TableForm
        action={props.action}
        cancelPath={props.cancelPath}
        table={form.table}
        errors={errors}
        about={['from', form.source]}
        preview="Show what will be made"
        takesColumns={form.source === 'columns'}
      >
        {form.source === 'rows' ? <PastedRows {...props} /> : <NewColumns {...props} />}
      </TableForm>
    </>
  )
}

function NewColumns({ form, errors, tables }: CreatePageProps): JSX.Element {
  return (
    <>
      <h2>Columns</h2>
      <p class="explain">A column without a name is left out.</p>
      <ColumnList columns={form.columns} errors={errors} declared={new Map()} tables={tables} />
    </>
  )
}

function PastedRows({ form, errors }: CreatePageProps): JSX.Element {
  return (
    <>
      <TextArea
        name="rows"
        label="Rows"
        hint={
          <>
            CSV or cells of a spreadsheet, with the names of the columns in the first line, or JSON:{' '}
            <code>[{'{"name": "Bo"}'}, …]</code>. The types of the columns come from the values.
          </>
        }
        value={form.rows}
        rows={12}
        text="code"
        required
        error={errors.get('rows') ?? null}
      />
      <TextField
        name="pk"
        label="Primary key"
        hint="The column that tells the rows apart. A name that no column has becomes a number that counts up. It can be left empty."
        value={form.pk}
        text="code"
        error={errors.get('pk') ?? null}
      />
    </>
  )
}

export type CreatePreviewProps = {
  readonly action: string
  readonly cancelPath: string
  readonly table: string
  /** Every field of the form, to be sent again. */
  readonly fields: readonly (readonly [string, string])[]
  /** The CREATE statement. */
  readonly sql: string
  /** The rows to be written: how many, and the first of them as text; null where only columns are made. */
  readonly rows: {
    readonly count: number
    readonly columns: readonly string[]
    readonly first: readonly (readonly string[])[]
  } | null
}

/** Shows a new table before it is made. */
export function CreatePreview({
  action,
  table,
  fields,
  cancelPath,
  sql,
  rows,
}: CreatePreviewProps): JSX.Element {
  return (
    <>
      <h1>
        Create <bdi class="name">{table}</bdi>?
      </h1>
      <p>Nothing has been made yet. This is the SQL that will run{rows !== null && ', and the rows'}.</p>
      <CodeBlock label="the SQL" text={sql} />
      {rows !== null && (
        <>
          <p>
            {rows.count === 1 ? 'One row' : `${rows.count.toLocaleString('en')} rows`} will be written
            {rows.count > rows.first.length && `; these are the first ${rows.first.length}`}.
          </p>
          <DataTable
            label={`The first rows of ${table}`}
            columns={rows.columns.map((label) => ({ label, kind: 'text', sort: null }))}
            rows={rows.first}
          />
        </>
      )}
      <PreviewForm
        action={action}
        fields={fields}
        cancelPath={cancelPath}
        run={{ label: 'Create the table', kind: 'primary' }}
      />
    </>
  )
}
