import type { Table, WriteAnswer, WriteStatement } from '../../../database/database.ts'
import type { EventDetails } from '../../../events/event.ts'

/** What a write runs last that may have added columns: it reads what became of the table. Nothing where none were added. */
export function schemaAfter(table: Table, added: readonly WriteStatement[]): readonly WriteStatement[] {
  return added.length === 0 ? [] : [schemaOf(table.name)]
}

/** The event of the columns that a write added, from what `schemaAfter` read as its last statement; none where none were added. */
export function tableAltered(
  database: string,
  table: Table,
  added: readonly WriteStatement[],
  { results }: WriteAnswer,
): readonly EventDetails[] {
  if (added.length === 0) return []
  const after = String(results.at(-1)?.rows[0]?.['sql'])
  return [{ name: 'alter-table', database, table: table.name, before_schema: table.sql, after_schema: after }]
}

/** Reads the CREATE statement of a table, under `sql`. */
export function schemaOf(table: string): WriteStatement {
  return { sql: "select sql from sqlite_schema where type = 'table' and name = ?", params: [table] }
}
