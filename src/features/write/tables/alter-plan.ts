import type { Table, WriteStatement } from '../../../database/database.ts'
import { foldName, isSameName } from '../../../database/fold-name.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { parseTableDefinition } from '../../../database/parse-table-definition.ts'
import {
  formatColumn,
  type ColumnDefinition,
  type TableDefinition,
} from '../../../database/table-definition.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { AlterOperation } from './alter-request.ts'
import {
  addedColumn,
  applyOperation,
  unaltered,
  withQuotedDefaults,
  type AlteredTable,
} from './altered-columns.ts'
import { rebuildPlan, type Surroundings } from './rebuild-plan.ts'

/** An alter as SQL, to be run in one transaction. */
export type AlterPlan = {
  readonly statements: readonly WriteStatement[]
  /** The name of the table afterwards. */
  readonly table: string
  /** Whether the table is built again: foreign keys count only when all is done. */
  readonly rebuilds: boolean
  /** The name that each column which is still there has afterwards, by its name before. */
  readonly columns: ReadonlyMap<string, string>
}

/**
 * Plans operations in the order of Datasette: columns are added, then the table is built again if SQLite cannot do the
 * rest otherwise. Columns go and names change last and by SQLite's own means, which take indexes, views, triggers and
 * other tables along or refuse. The failure is the message to show.
 */
export function alterPlan(
  table: Table,
  operations: readonly AlterOperation[],
  surroundings: Surroundings,
): Result<AlterPlan, string> {
  const adds = operations.filter((operation) => operation.op === 'add_column')
  const others = operations.filter(({ op }) => op !== 'add_column')
  const added = adds.map(nativelyAdded)
  const additions = added.map((column) => alterTable(table.name, `add column ${formatColumn(column)}`))
  const isSimple =
    others.every(({ op }) => op === 'rename_table') &&
    adds.every(({ default: value, notNull }) => notNull === (value?.sql != null))
  const definition = parseTableDefinition(table.sql)
  if (isSimple) {
    const name = others.reduce(
      (last, operation) => (operation.op === 'rename_table' ? operation.to : last),
      table.name,
    )
    return ok({
      statements: [...additions, ...renameTable(table.name, name)],
      table: name,
      rebuilds: false,
      columns: new Map(table.columns.map((column) => [column.name, column.name])),
    })
  }
  if (definition === null || surroundings.isShadow || !hasColumns(definition, table)) {
    return fail(`The definition of ${table.name} has parts that would be lost, so nothing was changed`)
  }

  let result: Result<AlteredTable, string> = ok(unaltered(table, definition))
  for (const operation of [...adds, ...others]) {
    if (result.ok) result = applyOperation(result.value, operation)
  }
  if (!result.ok) return result
  const native = { ...definition, columns: [...definition.columns, ...added] }
  const isOther = !isSame(native, result.value) || dropsAndRenames(result.value).length > 0
  const wanted = isOther ? withQuotedDefaults(result.value, definition) : result.value
  const rebuilds = !isSame(native, wanted)
  const rebuilding = rebuilds ? rebuildPlan(table, native, wanted, surroundings) : ok([])
  if (!rebuilding.ok) return rebuilding
  return ok({
    statements: [
      ...additions,
      ...rebuilding.value,
      ...dropsAndRenames(wanted),
      ...renameTable(table.name, wanted.name),
    ],
    table: wanted.name,
    rebuilds,
    columns: new Map(
      wanted.columns.flatMap(({ definition, to, isDropped }) => (isDropped ? [] : [[definition.name, to]])),
    ),
  })
}

/** A column as ALTER TABLE adds it. A default that rows may lack comes afterwards, so that those which are there get none. */
function nativelyAdded(operation: Extract<AlterOperation, { op: 'add_column' }>): ColumnDefinition {
  return addedColumn(operation.notNull ? operation : { ...operation, default: null })
}

function hasColumns({ columns }: TableDefinition, table: Table): boolean {
  return (
    columns.length === table.columns.length &&
    columns.every(({ name }, place) => name === table.columns[place]?.name)
  )
}

function isSame(before: TableDefinition, { columns, constraints }: AlteredTable): boolean {
  const after = { columns: columns.map(({ definition }) => definition), constraints }
  return (
    JSON.stringify([before.columns, before.constraints]) ===
    JSON.stringify([after.columns, after.constraints])
  )
}

function dropsAndRenames({ before, columns }: AlteredTable): readonly WriteStatement[] {
  const dropped = columns.filter(({ isDropped }) => isDropped)
  const renamed = columns.filter(({ definition, to, isDropped }) => !isDropped && to !== definition.name)
  const leaving = new Set(renamed.map(({ definition }) => foldName(definition.name)))
  // Columns that change names among each other first make room.
  const isSwap = renamed.some(
    ({ definition, to }) => leaving.has(foldName(to)) && !isSameName(to, definition.name),
  )
  const rename = (from: string, to: string) =>
    alterTable(before, `rename column ${quoteIdentifier(from)} to ${quoteIdentifier(to)}`)
  const between = (place: number) => `${before}_renamed_${place}`
  return [
    ...dropped.map(({ definition }) => alterTable(before, `drop column ${quoteIdentifier(definition.name)}`)),
    ...(isSwap ? renamed.map(({ definition }, place) => rename(definition.name, between(place))) : []),
    ...renamed.map(({ definition, to }, place) => rename(isSwap ? between(place) : definition.name, to)),
  ]
}

function renameTable(from: string, to: string): readonly WriteStatement[] {
  return from === to ? [] : [alterTable(from, `rename to ${quoteIdentifier(to)}`)]
}

function alterTable(name: string, change: string): WriteStatement {
  return { sql: `alter table ${quoteIdentifier(name)} ${change}`, params: [] }
}
