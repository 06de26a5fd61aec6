import type { Cell } from '../../database/cells.ts'
import type { AppContext } from '../../routing/context.ts'
import { cellLabels } from '../cells/cell-labels.ts'
import { cellLimit } from '../cells/cell.tsx'
import { foreignKeyLinks } from '../cells/foreign-key-links.ts'
import { PAGE_ROWS, rowsOnPage } from '../cells/page-rows.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { changedParameters, queryString, rowPath, tablePath } from '../links.ts'
import { queryRefusal } from '../query-refusal.ts'
import { rowActions } from '../row-actions.tsx'
import { readRows, sortParameter, type TableRows } from './read-rows.ts'
import { sortableColumns } from './request.ts'
import type { RowsTableProps } from './rows-table.tsx'
import type { TableRequest } from './table-request.ts'

/** Bytes that the addresses in the headings may take: each column has several, and each repeats the address of the page. */
const HEADING_BYTES = 256 * 1024

/** Whether there is room for what the headings of a page with so many columns link to. */
export function hasRoomInHeadings({ query }: TableRequest, columns: number): boolean {
  return query.toString().length * columns <= HEADING_BYTES
}

/** Reads the rows that a page shows; throws the refusal when it cannot. */
export async function requirePageRows(request: TableRequest): Promise<TableRows> {
  const size = Math.min(request.size, rowsOnPage(request.selection.columns.length))
  const rows = await readRows(request, size, PAGE_ROWS)
  if (rows.ok) return rows.value
  if (rows.error.reason !== 'too-large') throw queryRefusal(rows.error)
  // A row that is larger than a page has a page of its own: the rows behind it must stay within reach.
  const one = await readRows(request, 1, { shape: PAGE_ROWS.shape })
  if (!one.ok) throw queryRefusal(one.error)
  return one.value
}

/** What the table of rows on a page is made of; without the menus of its columns, which know more of the page. */
export async function pageTable(
  deps: FeatureDeps,
  c: AppContext,
  request: TableRequest,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<Omit<RowsTableProps, 'columnMenu'>> {
  const { urls, settings } = deps
  const { database, table, query, sort, limits } = request
  const actor = c.get('actor')
  const here = urls.path(tablePath(database.name, table.name))
  const sortable = sortableColumns(table, request.config.sortableColumns)
  const hasRoom = hasRoomInHeadings(request, columns.length)
  const actions = rowActions(deps, actor, database, table)
  return {
    table,
    columns,
    rows,
    links: foreignKeyLinks(deps, actor, database, table),
    labels: await cellLabels(deps, actor, database, table, columns, rows, limits),
    rowLink: (key) => urls.path(rowPath(database.name, table.name, key)),
    ...(actions !== null && { rowActions: actions }),
    maxCharacters: cellLimit(columns.length, settings.truncate_cells_html),
    sort,
    sortPath: ({ column, descending }) => {
      if (!hasRoom || !sortable.includes(column)) return null
      const removed = ['_next', '_sort', '_sort_desc']
      return here + queryString(changedParameters(query, removed, [sortParameter({ column, descending })]))
    },
  }
}
