import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Cell } from '../../database/cells.ts'
import { CopyAs } from '../../ui/copy-as.tsx'
import { DataTable, type DataColumn } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { cellLimit, renderCell } from '../cells/cell.tsx'

/** What became of a statement. */
export type QueryOutcome =
  /** Nothing was asked yet. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly message: string }
  /** It changes data, and nothing was run. */
  | { readonly kind: 'writes' }
  | {
      readonly kind: 'rows'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly Cell[])[]
      /** Whether there are more rows than are shown: more than a page may hold, or larger ones. */
      readonly truncated: boolean
    }

/** Says why a statement did not run; nothing when it ran or was not asked. */
export function NotRunNotice({ outcome }: { readonly outcome: QueryOutcome }): JSX.Element {
  if (outcome.kind !== 'refused') return <></>
  return (
    <Notice kind="danger" title="The query did not run">
      <p>{outcome.message}</p>
    </Notice>
  )
}

export type FoundRowsProps = {
  readonly outcome: QueryOutcome
  /** The same rows in other forms, ready for links. */
  readonly formats: { readonly json: string; readonly csv: string }
  /** The address of the JSON with scheme and host. */
  readonly jsonUrl: string
  /** What the reader can do to see rows beyond those on the page; a sentence. */
  readonly howToSeeMore: string
  /** Text in a cell beyond this many characters is left out; 0 leaves nothing out. */
  readonly maxCharacters: number
}

/** The rows that a statement found; nothing when it did not run. */
export function FoundRows({
  outcome,
  formats,
  jsonUrl,
  howToSeeMore,
  maxCharacters,
}: FoundRowsProps): JSX.Element {
  if (outcome.kind !== 'rows') return <></>
  const { columns, rows, truncated } = outcome
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
          <p>There are more than a page holds. {howToSeeMore}</p>
        </Notice>
      )}
      <p class="fine-print">
        <span>{rows.length === 1 ? 'One row' : `${rows.length.toLocaleString('en')} rows`}</span>
        <span>
          This data as <a href={formats.json}>JSON</a>, <a href={formats.csv}>CSV</a>
        </span>
      </p>
      <div data-chart>
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
      </div>
      <CopyAs jsonPath={formats.json} csvPath={formats.csv} jsonUrl={jsonUrl} />
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
