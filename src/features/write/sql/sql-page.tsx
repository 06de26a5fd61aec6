import type { JSX } from 'hono/jsx/jsx-runtime'
import { formatCell } from '../../../database/row-json.ts'
import type { SqlValue } from '../../../database/values.ts'
import { Button, LinkButton } from '../../../ui/button.tsx'
import { DataTable } from '../../../ui/data-table.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { SqlField } from '../../../ui/sql-field.tsx'
import { renderCell } from '../../cells/cell.tsx'
import type { JudgedOperation } from '../../sql-rights.ts'
import { plainWords } from '../../plain-words.ts'
import type { SqlAnalysis } from './sql-analysis.ts'
import { CHECKED_FIELD, PARAMETER_PREFIX } from './sql-request.ts'
import { operationWords } from './sql-words.ts'

/** What became of a statement that was sent. */
export type SqlOutcome =
  /** Nothing was run yet. */
  | { readonly kind: 'none' }
  /** The statement is another than the one whose effects the page had shown. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'ran'
      readonly message: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly SqlValue[])[]
      readonly truncated: boolean
    }

export type WriteSqlPageProps = {
  /** Where the forms go, ready for a link. */
  readonly action: string
  readonly sql: string
  /** Values by parameter. */
  readonly params: ReadonlyMap<string, string>
  readonly analysis: SqlAnalysis
  readonly outcome: SqlOutcome
  /** Where the editor learns names, ready for a link; null for who may not ask. */
  readonly columnsPath: string | null
  /** Where the statement can be saved; null for who may not. */
  readonly savePath: string | null
  readonly maxCharacters: number
}

/** A statement that changes data: to write, to see what it would do, and only then to run. */
export function WriteSqlPage(props: WriteSqlPageProps): JSX.Element {
  const { action, sql, params, analysis, outcome, savePath } = props
  const isChecked = sql.trim() !== '' && analysis.error === null
  const mayRun = isChecked && analysis.refusal === null
  return (
    <>
      <h1>Change data with SQL</h1>
      <OutcomeNotice {...props} />
      {/* The same fields, sent in one of two ways: to be explained, which is a page to link to, or to be run. */}
      <form class="form" method="get" action={action} id="check" data-query>
        <SqlField
          label="SQL"
          hint="One statement. Nothing happens before you have seen what it will do."
          value={sql}
          // What has just run may not run a second time, as a table that is gone: that is no error of it.
          error={outcome.kind === 'ran' || analysis.error === null ? null : plainWords(analysis.error)}
          rows={6}
          columnsPath={props.columnsPath}
        />
        <div class="actions">
          <Button kind={mayRun ? 'plain' : 'primary'}>Show what it will do</Button>
        </div>
      </form>
      {isChecked && <Effects judged={analysis.judged} refusal={analysis.refusal} />}
      {mayRun && (
        <form class="form" method="post" action={action}>
          <input type="hidden" name="sql" value={sql} />
          <input type="hidden" name={CHECKED_FIELD} value={sql} />
          {analysis.parameters.map((name) => (
            <TextField name={`${PARAMETER_PREFIX}${name}`} label={name} value={params.get(name) ?? ''} />
          ))}
          <div class="actions">
            <Button kind="primary">{outcome.kind === 'ran' ? 'Run it again' : 'Run it'}</Button>
            {savePath !== null && (
              <LinkButton kind="plain" path={savePath}>
                Save this query
              </LinkButton>
            )}
          </div>
        </form>
      )}
    </>
  )
}

function Effects({
  judged,
  refusal,
}: {
  readonly judged: readonly JudgedOperation[]
  readonly refusal: string | null
}): JSX.Element {
  return (
    <section>
      {judged.length > 0 && (
        <>
          <h2>This will</h2>
          <ul class="effects">
            {judged.map((one) => (
              <li>
                {operationWords(one.operation)}
                {one.refusal !== null && <strong> (you may not)</strong>}
              </li>
            ))}
          </ul>
        </>
      )}
      {refusal !== null && (
        <Notice kind="warning" title="You cannot run this">
          <p>{plainWords(refusal)}.</p>
        </Notice>
      )}
    </section>
  )
}

function OutcomeNotice({ outcome, maxCharacters }: WriteSqlPageProps): JSX.Element {
  switch (outcome.kind) {
    case 'none':
      return <></>
    case 'changed':
      return (
        <Notice kind="info" title="Nothing was run">
          <p>
            The statement is another than the one that you were shown. See what it will do, and run it then.
          </p>
        </Notice>
      )
    case 'refused':
      return (
        <Notice kind="danger" title="Nothing was changed">
          <p>{plainWords(outcome.message)}</p>
        </Notice>
      )
    case 'ran':
      return (
        <>
          <Notice kind="good" title={outcome.message} />
          {outcome.columns.length > 0 && outcome.rows.length > 0 && (
            <DataTable
              label="Returned rows"
              columns={outcome.columns.map((label) => ({ label, kind: 'text', sort: null }))}
              rows={outcome.rows.map((row) =>
                row.map((value) => renderCell(cellOf(value), { maxCharacters, link: null })),
              )}
            />
          )}
          {outcome.truncated && (
            <p class="fine-print">These are the first {outcome.rows.length} of the returned rows.</p>
          )}
        </>
      )
  }
}

function cellOf(value: SqlValue) {
  if (value === null || typeof value === 'string') return value
  return value instanceof Uint8Array ? { blob: value } : { number: formatCell(value) }
}
