import type { EventDetails } from '../../../events/event.ts'
import type { InsertRequest } from './insert-request.ts'

/** The event of rows that were sent to be inserted; `ignore` may have left some of them out. */
export function rowsInserted(
  database: string,
  table: string,
  rowCount: number,
  onConflict: InsertRequest['onConflict'],
): EventDetails {
  return {
    name: 'insert-rows',
    database,
    table,
    num_rows: rowCount,
    ignore: onConflict === 'ignore',
    replace: onConflict === 'replace',
  }
}
