import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { ColumnMenu, type ColumnMenuProps } from './column-menu.tsx'

export type DataColumn = {
  /** The heading as text. */
  readonly label: string
  /** `key` names the row, is first and bold; `number` stands right. */
  readonly kind: 'key' | 'text' | 'number'
  /** How the table can be sorted by this column; null where it cannot. */
  readonly sort: {
    /** The address that sorts by this column, or turns the order round; ready for a link. */
    readonly path: string
    /** How the table is sorted by this column now; null when it is sorted by another. */
    readonly direction: 'ascending' | 'descending' | null
  } | null
  /** What else can be done with it. */
  readonly menu?: Pick<ColumnMenuProps, 'notes' | 'items'>
}

export type DataTableProps = {
  /** What the rows are, for screen readers. */
  readonly label: string
  readonly columns: readonly DataColumn[]
  /** Whether a row becomes a card where the page is narrow, for rows that are read one by one. */
  readonly stacks?: boolean
  /** Rendered cells, as many in each row as there are columns. */
  readonly rows: readonly (readonly Child[])[]
}

/**
 * Rows of data. The head stays in sight, a table wider than the page scrolls in its own frame, and the
 * keyboard reaches that frame.
 */
export function DataTable({ label, columns, stacks = false, rows }: DataTableProps): JSX.Element {
  return (
    <div class="table-scroll" role="region" aria-label={label} tabindex={0}>
      <table class={stacks ? 'data-table data-table-stacks' : 'data-table'}>
        <thead>
          <tr>
            {columns.map((column, place) => (
              <th
                scope="col"
                class={`cell-${column.kind}`}
                aria-sort={column.sort?.direction ?? undefined}
                data-name={column.label}
              >
                <ColumnHeading column={column} />
                {column.menu !== undefined && (
                  <ColumnMenu {...column.menu} name={column.label} id={`column-${place}`} />
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {columns.map(({ kind, label: heading }, position) =>
                kind === 'key' ? (
                  <th scope="row" class="cell-key">
                    {cells[position]}
                  </th>
                ) : (
                  <td class={`cell-${kind}`} data-heading={stacks ? heading : undefined}>
                    {cells[position]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ColumnHeading({ column }: { readonly column: DataColumn }): JSX.Element {
  const { label, sort } = column
  if (sort === null) return <>{label}</>
  const arrow = sort.direction === 'ascending' ? ' ▲' : sort.direction === 'descending' ? ' ▼' : null
  return (
    <a href={sort.path}>
      {label}
      {arrow !== null && <span aria-hidden="true">{arrow}</span>}
    </a>
  )
}
