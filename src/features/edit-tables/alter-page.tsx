import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Sentence } from '../../ui/sentence.tsx'
import type { AlterForm, Change } from './alter-form.ts'
import type { FieldErrors } from './column-form.ts'
import { ColumnList, type ColumnListProps } from './column-fields.tsx'
import { FormProblem } from './form-problem.tsx'
import type { Hindrance } from './hindrances.ts'
import { PreviewForm, TableForm } from './table-form.tsx'

export type AlterPageProps = Pick<ColumnListProps, 'declared' | 'tables'> & {
  readonly action: string
  readonly cancelPath: string
  /** What the table is called now. */
  readonly name: string
  readonly form: AlterForm
  readonly errors: FieldErrors
  /** Why nothing was changed, where no field is to blame. */
  readonly problem: string | null
}

/** Shows a table as a form. What is written differently is what changes. */
export function AlterPage(props: AlterPageProps): JSX.Element {
  const { name, form, errors, problem } = props
  return (
    <>
      <h1>
        Alter the table <bdi class="name">{name}</bdi>
      </h1>
      <FormProblem problem={problem} errors={errors} unchanged="The table was not changed." />
      <TableForm
        action={props.action}
        cancelPath={props.cancelPath}
        table={form.table}
        errors={errors}
        about={['schema', form.schema]}
        preview="Show what will happen"
        takesColumns
      >
        <h2>Columns</h2>
        <ColumnList {...props} columns={form.columns} />
      </TableForm>
    </>
  )
}

export type AlterPreviewProps = {
  readonly action: string
  readonly cancelPath: string
  readonly name: string
  readonly fields: readonly (readonly [string, string])[]
  readonly changes: readonly Change[]
  /** The statements that will run, as one text. */
  readonly sql: string
  /** How many rows the table has; null when counting them takes too long. */
  readonly rowCount: number | null
  /** Rows for which it would fail. */
  readonly hindrances: readonly Hindrance[]
}

/** Says what will happen to a table before it does. */
export function AlterPreview(props: AlterPreviewProps): JSX.Element {
  const { name, changes, hindrances, rowCount } = props
  const loses = changes.some((change) => change.loses) && rowCount !== 0
  return (
    <>
      <h1>
        Alter the table <bdi class="name">{name}</bdi>?
      </h1>
      <p>Nothing has been changed yet. This will happen, all of it or nothing:</p>
      <ul class="plain-list">
        {changes.map(({ words }) => (
          <li>
            <Sentence parts={words} />
          </li>
        ))}
      </ul>
      {hindrances.length > 0 && (
        <Notice kind="danger" title="Rows that are there do not allow this">
          <ul class="plain-list">
            {hindrances.map((hindrance) => (
              <li>
                <HindranceWords {...hindrance} />
              </li>
            ))}
          </ul>
          <p>Change those rows first. Nothing was changed.</p>
        </Notice>
      )}
      {loses && (
        <Notice kind="warning" title="Values can be lost">
          <p>
            {rowCount === null
              ? 'The rows'
              : rowCount === 1
                ? 'The one row'
                : `${rowCount.toLocaleString('en')} rows`}{' '}
            of this table are affected. The values of a deleted column are gone, and values that do not fit a
            new type become others or stay as they are. This cannot be undone.
          </p>
        </Notice>
      )}
      <CodeBlock label="the SQL" text={props.sql} />
      <PreviewForm
        action={props.action}
        fields={props.fields}
        cancelPath={props.cancelPath}
        run={hindrances.length > 0 ? null : { label: 'Alter the table', kind: loses ? 'danger' : 'primary' }}
      />
    </>
  )
}

function HindranceWords({ column, count, refersTo }: Hindrance): JSX.Element {
  const rows = count === 1 ? '1 row has' : `${count.toLocaleString('en')} rows have`
  const name = <bdi class="name">{column}</bdi>
  if (refersTo === null) {
    return (
      <>
        {rows} no value in {name}.
      </>
    )
  }
  return (
    <>
      {rows} a value in {name} that no row of <bdi class="name">{refersTo}</bdi> has.
    </>
  )
}
