import type { Child } from 'hono/jsx'
import { affinityOf } from '../../database/affinity.ts'
import type { Cell } from '../../database/cells.ts'
import type { Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import type { DataColumn } from '../../ui/data-table.tsx'
import { keyText } from './cell-text.ts'
import { renderCell } from './cell.tsx'
import type { CellLabels } from './cell-labels.ts'
import type { ForeignKeyLinks } from './foreign-key-links.ts'

/** How a column of a table stands on a page: keys first and bold, numbers to the right unless they stand for other rows. */
export function columnKind(table: Table, name: string): DataColumn['kind'] {
  if (keyNames(table).includes(name)) return 'key'
  const column = table.columns.find((column) => column.name === name)
  const isReference = table.foreignKeys.outgoing.some((key) => key.column === name)
  return column !== undefined && !isReference && affinityOf(column.type) === 'numeric' ? 'number' : 'text'
}

export type RowCellsOptions = {
  readonly table: Table
  /** The names of the cells, in order. */
  readonly columns: readonly string[]
  readonly links: ForeignKeyLinks
  /** What the rows are called to which foreign keys refer. */
  readonly labels: CellLabels
  /** The page of a row with this key, ready for a link; null where rows are not linked. */
  readonly rowLink: ((key: readonly string[]) => string) | null
  /** Text beyond this many characters is left out. */
  readonly maxCharacters: number
}

/** The cells of one row: its key leads to the row's own page, foreign keys to the rows they name. */
export function rowCells(row: readonly Cell[], options: RowCellsOptions): readonly Child[] {
  const { columns, links, labels, maxCharacters } = options
  const toRow = linkToRow(row, options)
  const linked = keyNames(options.table)[0]
  return row.map((value, place) => {
    const name = columns[place] ?? ''
    const isRowLink = name === linked && toRow !== null
    return renderCell(value, {
      maxCharacters,
      link: isRowLink ? toRow : links(name, value),
      label: isRowLink ? null : labels(name, value),
    })
  })
}

/** Null as well for a key that no address can name. */
function linkToRow(row: readonly Cell[], { table, columns, rowLink }: RowCellsOptions): string | null {
  const names = keyNames(table)
  if (rowLink === null || names.length === 0) return null
  const key = names.map((name) => keyText(row[columns.indexOf(name)] ?? null))
  const named = key.filter((part) => part !== null)
  return named.length === key.length ? rowLink(named) : null
}
