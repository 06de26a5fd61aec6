import type { Table, WriteStatement } from '../../database/database.ts'
import { quoteIdentifier } from '../../database/quote-identifier.ts'
import type { Operation } from './alter-request.ts'
import { columnDefinition } from './column-definition.ts'

/** An alter as SQL, to be run in one transaction. */
export type AlterPlan = {
  readonly statements: readonly WriteStatement[]
  /** The name of the table afterwards. */
  readonly table: string
}

/** Plans operations one after the other. One about a column that is not there changes nothing, as in Datasette. */
export function alterPlan(table: Table, operations: readonly Operation[]): AlterPlan {
  const statements: WriteStatement[] = []
  let name = table.name
  const columns = new Set(table.columns.map((column) => column.name))
  const alter = (change: string) =>
    statements.push({ sql: `alter table ${quoteIdentifier(name)} ${change}`, params: [] })
  for (const operation of operations) {
    switch (operation.op) {
      case 'add_column':
        alter(`add column ${columnDefinition(operation.column, false)}`)
        columns.add(operation.column.name)
        break
      case 'rename_column':
        if (!columns.delete(operation.name)) break
        alter(`rename column ${quoteIdentifier(operation.name)} to ${quoteIdentifier(operation.to)}`)
        columns.add(operation.to)
        break
      case 'drop_column':
        if (columns.delete(operation.name)) alter(`drop column ${quoteIdentifier(operation.name)}`)
        break
      case 'rename_table':
        alter(`rename to ${quoteIdentifier(operation.to)}`)
        name = operation.to
        break
    }
  }
  return { statements, table: name }
}
