import { columnSql } from '../../database/column-sql.ts'
import type { Table, WriteStatement } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import { keyNames } from '../../database/row-key.ts'
import type { NewRow } from './cell-value.ts'

/**
 * One statement for each row: a row whose key is there gets the values that were sent, and keeps the others. New rows
 * are written with all columns that any row has, and a column that one leaves out becomes NULL in it, as in Datasette.
 */
export function upserts(table: Table, rows: readonly NewRow[]): readonly WriteStatement[] {
  const column = columnSql(table)
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  const key = keyNames(table)
  const list = (columns: readonly string[]) => columns.map((name) => column(name).sql).join(', ')
  const into = `insert into ${quoteIdentifier(table.name)} (${list(names)})`
  const found = `values (${names.map(() => '?').join(', ')}) on conflict (${list(key)})`
  return rows.map((row) => {
    const changes = [...row.keys()]
      .filter((name) => !key.includes(name))
      .map((name) => `${column(name).sql} = excluded.${column(name).sql}`)
    const action = changes.length === 0 ? 'do nothing' : `do update set ${changes.join(', ')}`
    return { sql: `${into} ${found} ${action}`, params: names.map((name) => row.get(name) ?? null) }
  })
}
