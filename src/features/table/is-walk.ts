import type { Table } from '../../database/database.ts'
import { isRowNumber, rowKeyOf } from '../../database/row-key.ts'
import type { Selection } from './statements.ts'

/** Rows of the largest page that is worth trying; more are mostly too long in bytes. */
const MAX_ROWS = 200

/**
 * Whether a page is so many rows of a table as they stand in it, one after the other: what it costs is then known before, but
 * for the size of the values. Nothing is looked for, sorted or computed.
 */
export function isWalk({ table, conditions, order, start }: Selection, size: number): boolean {
  const isInOrder =
    order.terms.length === order.keyLength && order.terms.every(({ descending }) => !descending)
  return (
    size <= MAX_ROWS &&
    start.kind !== 'offset' &&
    conditions.length === 0 &&
    isInOrder &&
    isRowNumber(rowKeyOf(table)) &&
    isPlain(table)
  )
}

/** A table whose rows are stored: neither a virtual table nor one with columns that are computed when they are read. */
function isPlain({ kind, role, columns }: Table): boolean {
  const isStored = kind === 'table' && (role === 'own' || role === 'shadow')
  return isStored && columns.every(({ hidden }) => hidden === 0)
}
