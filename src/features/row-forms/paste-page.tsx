import type { JSX } from 'hono/jsx/jsx-runtime'
import { formatCell } from '../../database/row-json.ts'
import type { SqlValue } from '../../database/values.ts'
import { sizeInWords } from '../../http/size-words.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { FormActions } from '../../ui/form-actions.tsx'
import { Notice } from '../../ui/notice.tsx'
import { LongText } from '../../ui/long-text.tsx'
import type { NewRow } from '../write/values/cell-value.ts'
import type { PasteFormat } from '../pasted-rows.ts'

/** What happens to a row whose key is there. */
export type OnConflict = 'fail' | 'ignore' | 'replace'

export type PastePageProps = {
  readonly table: string
  /** Where the form posts to, ready for a link, like the next. */
  readonly action: string
  readonly cancelPath: string
  readonly columns: readonly string[]
  readonly maxRows: number
  /** Most bytes that the form may have; 0 for no limit. */
  readonly maxBytes: number
  /** What this person may choose for rows whose key is there. */
  readonly choices: readonly OnConflict[]
  readonly text: string
  readonly onConflict: OnConflict
  /** What is wrong with what was pasted. */
  readonly faults: readonly string[]
}

const CHOICES: Readonly<Record<OnConflict, string>> = {
  fail: 'Insert nothing at all',
  ignore: 'Skip those rows',
  replace: 'Put the new rows in their place',
}

/** A field for rows. Goes into a narrow page. */
export function PastePage(props: PastePageProps): JSX.Element {
  return (
    <>
      <h1>
        Insert rows into <bdi>{props.table}</bdi>
      </h1>
      <p>
        Paste JSON, CSV (with commas or semicolons) or cells of a spreadsheet. You see the rows before
        anything is inserted. The columns: <code>{props.columns.join(', ')}</code>
      </p>
      <form method="post" action={props.action} class="form" data-max-bytes={props.maxBytes}>
        <TextArea
          name="rows"
          label="Rows"
          hint={`At most ${props.maxRows.toLocaleString('en')} rows${props.maxBytes === 0 ? '' : ` and ${sizeInWords(props.maxBytes)}`}. In CSV and cells the first line names the columns, and nothing between two separators is NULL.`}
          error={errorOf(props.faults)}
          value={props.text}
          rows={10}
          text="code"
          required
        />
        <SelectField
          name="on_conflict"
          label="When the key of a row is there already"
          value={props.onConflict}
          options={props.choices.map((value) => ({ value, label: CHOICES[value] }))}
        />
        <FormActions cancelPath={props.cancelPath}>
          <Button kind="primary">Show the rows</Button>
        </FormActions>
      </form>
    </>
  )
}

/** Messages about single rows that are shown at once. */
const MOST_FAULTS = 5

function errorOf(faults: readonly string[]): string | null {
  return faults.length === 0 ? null : someOf(faults)
}

function someOf(messages: readonly string[]): string {
  const shown = messages.slice(0, MOST_FAULTS).join(' ')
  return messages.length > MOST_FAULTS ? `${shown} There are ${messages.length - MOST_FAULTS} more.` : shown
}

export type PreviewPageProps = Pick<
  PastePageProps,
  'table' | 'action' | 'cancelPath' | 'text' | 'onConflict' | 'maxBytes'
> & {
  /** The column that gets the next number where it is NULL; null without one. */
  readonly numbered: string | null
  readonly format: PasteFormat
  readonly rows: readonly NewRow[]
  /** What may be a slip in them. */
  readonly doubts: readonly string[]
}

/** Rows that are shown before they go in. */
const MOST_SHOWN = 100

/** The rows as they would go in. */
export function PreviewPage(props: PreviewPageProps): JSX.Element {
  const { rows, table, format } = props
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  const count = rows.length === 1 ? '1 row' : `${rows.length.toLocaleString('en')} rows`
  return (
    <>
      <h1>
        Insert {count} into <bdi>{table}</bdi>?
      </h1>
      <p>
        This was read as {format}. When the key of a row is there already:{' '}
        {CHOICES[props.onConflict].toLowerCase()}. Nothing is inserted yet.
        {rows.length > MOST_SHOWN && ` These are the first ${MOST_SHOWN}.`}
      </p>
      {props.doubts.length > 0 && (
        <Notice kind="warning" title="Some values are not what their columns are for">
          <p>{someOf(props.doubts)} They are inserted as they are unless you change them.</p>
        </Notice>
      )}
      <DataTable
        label="The rows that would be inserted"
        columns={columns.map((label) => ({ label, kind: 'text', sort: null }))}
        rows={rows
          .slice(0, MOST_SHOWN)
          .map((row) =>
            columns.map((name) => (
              <Value value={row.get(name) ?? null} isNumbered={name === props.numbered} />
            )),
          )}
      />
      <form method="post" action={props.action} class="form" data-max-bytes={props.maxBytes}>
        <input type="hidden" name="on_conflict" value={props.onConflict} />
        <FormActions cancelPath={props.cancelPath}>
          <Button kind="primary" field={{ name: 'step', value: 'insert' }}>
            Insert {count}
          </Button>
        </FormActions>
        <details class="fold">
          <summary>Change what was pasted</summary>
          <TextArea name="rows" label="Rows" value={props.text} rows={10} text="code" />
          <div class="actions">
            <Button kind="plain" field={{ name: 'step', value: 'preview' }}>
              Show the rows again
            </Button>
          </div>
        </details>
      </form>
    </>
  )
}

function Value({
  value,
  isNumbered,
}: {
  readonly value: SqlValue
  readonly isNumbered: boolean
}): JSX.Element {
  if (value === null) return <span class="cell-null">{isNumbered ? 'the next number' : 'NULL'}</span>
  if (value instanceof Uint8Array) return <>{`<Binary: ${value.length.toLocaleString('en')} bytes>`}</>
  return typeof value === 'string' ? <LongText text={value} /> : <>{formatCell(value)}</>
}
