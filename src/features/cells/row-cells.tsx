import type { Child } from 'hono/jsx'
import type { Cell } from '../../database/cells.ts'
import type { Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import type { DataColumn } from '../../ui/data-table.tsx'
import { blobSuffix } from '../blob/blob-address.ts'
import { keyText } from './cell-text.ts'
import { renderCell } from './cell.tsx'
import type { CellLabels } from './cell-labels.ts'
import type { ForeignKeyLinks } from './foreign-key-links.ts'

/**
 * How a column of a table stands on a page with these values: a key of one column is bold, numbers stand to the right unless
 * they stand for other rows. What is declared does not matter: a DATE holds text.
 */
export function columnKind(table: Table, name: string, values: readonly Cell[]): DataColumn['kind'] {
  const [key, ...more] = keyNames(table)
  if (key === name && more.length === 0) return 'key'
  const isReference = table.foreignKeys.outgoing.some((foreignKey) => foreignKey.column === name)
  const written = values.filter((value) => value !== null && value !== '')
  return written.length > 0 && written.every(isNumber) && !isReference ? 'number' : 'text'
}

/** Whether rows have a link before their values: a key of several columns has no single value that could carry it. */
export function hasLinkColumn(table: Table): boolean {
  return keyNames(table).length > 1
}

/** The link to a row by its whole key; nothing for a key that no address can name. */
export function rowLinkCell(row: readonly Cell[], options: RowCellsOptions): Child {
  const key = rowKey(row, options)
  return key === null ? (
    ''
  ) : (
    <>
      <a href={options.rowLink(key)}>{key.join(', ')}</a>
      {options.rowActions !== undefined && options.rowActions(key)}
    </>
  )
}

export type RowCellsOptions = {
  readonly table: Table
  /** The names of the cells, in order. */
  readonly columns: readonly string[]
  readonly links: ForeignKeyLinks
  /** What the rows are called to which foreign keys refer. */
  readonly labels: CellLabels
  /** The page of a row with this key, ready for a link. */
  readonly rowLink: (key: readonly string[]) => string
  /** What this reader may do to the row with this key, as links that stand behind its key; nothing without it. */
  readonly rowActions?: (key: readonly string[]) => Child
  /** Whether this is the row's own page, which needs no link to itself; it is not without it. */
  readonly isOwnPage?: boolean
  /** Text beyond this many characters is left out. */
  readonly maxCharacters: number
}

/** The cells of one row: its key leads to the row's own page, foreign keys to the rows they name, bytes to a file. */
export function rowCells(row: readonly Cell[], options: RowCellsOptions): readonly Child[] {
  const { columns, links, labels, rowLink, maxCharacters, isOwnPage = false } = options
  const key = rowKey(row, options)
  const [only, ...more] = keyNames(options.table)
  const linked = more.length === 0 ? only : undefined
  return row.map((value, place) => {
    const name = columns[place] ?? ''
    // A table leaves both blank, for the eye; a row's own page has the room to tell them apart.
    if (isOwnPage && value === null) return <span class="cell-null">NULL</span>
    if (isOwnPage && value === '') return <span class="cell-null">empty text</span>
    const isLinked = key !== null && name === linked && !isOwnPage
    const toBytes = key !== null && isBytes(value) ? rowLink(key) + blobSuffix(name) : null
    const cell = renderCell(value, {
      maxCharacters,
      link: toBytes ?? (isLinked ? rowLink(key) : links(name, value)),
      label: isLinked ? null : labels(name, value),
    })
    if (!isLinked || options.rowActions === undefined) return cell
    return (
      <>
        {cell}
        {options.rowActions(key)}
      </>
    )
  })
}

/** The key of a row as addresses write it; null for a row without one, and for a key that no address can name. */
function rowKey(
  row: readonly Cell[],
  { table, columns }: Pick<RowCellsOptions, 'table' | 'columns'>,
): readonly string[] | null {
  const names = keyNames(table)
  const key = names.map((name) => keyText(row[columns.indexOf(name)] ?? null))
  const named = key.filter((part) => part !== null)
  return names.length > 0 && named.length === key.length ? named : null
}

function isNumber(value: Cell): boolean {
  return typeof value === 'object' && value !== null && 'number' in value
}

function isBytes(value: Cell): boolean {
  return typeof value === 'object' && value !== null && 'blob' in value
}
