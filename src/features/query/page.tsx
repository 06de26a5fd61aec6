import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Cell } from '../../database/cells.ts'
import { Button } from '../../ui/button.tsx'
import { DataTable, type DataColumn } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { cellLimit, renderCell } from '../cells/cell.tsx'

/** What became of the statement. */
export type QueryOutcome =
  /** Nothing was asked yet. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly Cell[])[]
      /** Whether there are more rows than are shown: more than a page may hold, or larger ones. */
      readonly truncated: boolean
      readonly jsonPath: string
    }

export type QueryPageProps = {
  /** Where the form goes, ready for a link. */
  readonly action: string
  readonly sql: string
  /** Values by parameter. */
  readonly params: Readonly<Record<string, string>>
  readonly outcome: QueryOutcome
  /** Text in a cell beyond this many characters is left out; 0 leaves nothing out. */
  readonly maxCharacters: number
}

/** A statement to write and run, a field for each of its parameters, and what it found. */
export function QueryPage({ action, sql, params, outcome, maxCharacters }: QueryPageProps): JSX.Element {
  const fields = Object.entries(params).filter(([name]) => name !== 'sql')
  return (
    <>
      <h1>SQL query</h1>
      {outcome.kind === 'refused' && (
        <Notice kind="danger" title="The query did not run">
          <p>{outcome.message}</p>
        </Notice>
      )}
      <form class="form" method="get" action={action}>
        <TextArea
          name="sql"
          label="SQL"
          hint="One SELECT. A name with a colon, as in :city, becomes a field below."
          value={sql}
          rows={6}
          required
          text="code"
        />
        {fields.map(([name, value]) => (
          <TextField name={name} label={name} value={value} />
        ))}
        <div class="actions">
          <Button kind="primary">Run SQL</Button>
        </div>
      </form>
      {outcome.kind === 'rows' && <Found {...outcome} maxCharacters={maxCharacters} />}
    </>
  )
}

type FoundProps = Extract<QueryOutcome, { kind: 'rows' }> & Pick<QueryPageProps, 'maxCharacters'>

function Found({ columns, rows, truncated, jsonPath, maxCharacters }: FoundProps): JSX.Element {
  if (rows.length === 0) {
    return (
      <EmptyState title="No rows">
        <p>The query ran and found nothing.</p>
      </EmptyState>
    )
  }
  return (
    <>
      {truncated && (
        <Notice
          kind="info"
          title={
            rows.length === 1
              ? 'This is the first row'
              : `These are the first ${rows.length.toLocaleString('en')} rows`
          }
        >
          <p>
            There are more than a page holds. Add a LIMIT and an OFFSET, or ask for fewer columns, to see the
            others.
          </p>
        </Notice>
      )}
      <p class="fine-print">
        <span>{rows.length === 1 ? 'One row' : `${rows.length.toLocaleString('en')} rows`}</span>
        <span>
          This data as <a href={jsonPath}>json</a>
        </span>
      </p>
      <DataTable
        label="Rows found"
        columns={columns.map((label, place): DataColumn => ({
          label,
          kind: kindOf(rows, place),
          sort: null,
        }))}
        rows={rows.map((row) =>
          row.map((value) =>
            renderCell(value, { maxCharacters: cellLimit(columns.length, maxCharacters), link: null }),
          ),
        )}
      />
    </>
  )
}

/** A column of numbers stands right. NULLs say nothing about a column. */
function kindOf(rows: readonly (readonly Cell[])[], place: number): DataColumn['kind'] {
  const values = rows.map((row) => row[place] ?? null).filter((value) => value !== null)
  return values.length > 0 && values.every((value) => typeof value === 'object' && 'number' in value)
    ? 'number'
    : 'text'
}
