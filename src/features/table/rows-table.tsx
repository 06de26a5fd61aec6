import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Cell } from '../../database/cells.ts'
import type { Table } from '../../database/database.ts'
import type { ColumnMenuProps } from '../../ui/column-menu.tsx'
import { DataTable, type DataColumn } from '../../ui/data-table.tsx'
import {
  columnKind,
  hasLinkColumn,
  rowCells,
  rowLinkCell,
  type RowCellsOptions,
} from '../cells/row-cells.tsx'
import type { Sort } from '../feature-deps.ts'

export type RowsTableProps = RowCellsOptions & {
  readonly rows: readonly (readonly Cell[])[]
  /** False where there is no room for it. */
  readonly columnMenu: (name: string, hasBlanks: boolean) => Pick<ColumnMenuProps, 'notes' | 'items'> | false
  readonly sort: Sort | null
  /** Where the table is sorted by a column, ready for a link; null for columns that cannot be sorted by. */
  readonly sortPath: (sort: Sort) => string | null
}

/** The rows of a page of a table or view. */
export function RowsTable(props: RowsTableProps): JSX.Element {
  const { table, columns, rows } = props
  return (
    <DataTable
      label={`Rows of ${table.name}`}
      columns={[...linkColumn(table), ...columns.map((name, place) => dataColumn(props, name, place))]}
      rows={rows.map((row) => [
        ...(hasLinkColumn(table) ? [rowLinkCell(row, props)] : []),
        ...rowCells(row, props),
      ])}
    />
  )
}

function linkColumn(table: Table): readonly DataColumn[] {
  return hasLinkColumn(table) ? [{ label: 'Link', kind: 'key', sort: null }] : []
}

/** A column's heading. A click sorts, and a second click turns the order round. */
function dataColumn(props: RowsTableProps, name: string, place: number): DataColumn {
  const { table, sort, sortPath, rows } = props
  const values = rows.map((row) => row[place] ?? null)
  const kind = columnKind(table, name, values)
  const isSorted = sort?.column === name
  const path = sortPath({ column: name, descending: isSorted && !sort.descending })
  const direction = sort?.descending === true ? 'descending' : 'ascending'
  const hasBlanks = values.some((value) => value === null || value === '')
  const menu = props.columnMenu(name, hasBlanks)
  return {
    label: name,
    kind,
    sort: path === null ? null : { path, direction: isSorted ? direction : null },
    ...(menu !== false && { menu }),
  }
}
