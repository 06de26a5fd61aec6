import type { EventDetails } from '../../events/event.ts'
import type { InsertRequest } from './insert-request.ts'

/** The event of rows that were sent to be inserted; `ignore` may have left some of them out. */
export function rowsInserted(
  database: string,
  table: string,
  { rows, onConflict }: Pick<InsertRequest, 'rows' | 'onConflict'>,
): EventDetails {
  return {
    name: 'insert-rows',
    database,
    table,
    num_rows: rows.length,
    ignore: onConflict === 'ignore',
    replace: onConflict === 'replace',
  }
}
