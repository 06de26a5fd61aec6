import { affinityOf } from '../../../database/affinity.ts'
import type { Table } from '../../../database/database.ts'
import { isSameName } from '../../../database/fold-name.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import type {
  ColumnClause,
  ColumnDefinition,
  TableConstraint,
  TableDefinition,
} from '../../../database/table-definition.ts'
import { fail, ok, type Result } from '../../../result.ts'
import type { AskedForeignKey, AlterOperation } from './alter-request.ts'

/** A column on its way from one definition to the next. Its definition has the name that it has before all renaming. */
export type AlteredColumn = {
  readonly definition: ColumnDefinition
  /** The name that it gets at last. */
  readonly to: string
  readonly isDropped: boolean
  /** Whether it is a new key that takes over the numbers of the rows. */
  readonly isNumbered: boolean
}

/** A table on its way from one definition to the next. */
export type AlteredTable = {
  /** Its name before the first operation. */
  readonly before: string
  readonly name: string
  readonly columns: readonly AlteredColumn[]
  readonly constraints: readonly TableConstraint[]
  readonly options: string
}

/** The table as it is before the first operation. */
export function unaltered(table: Table, { columns, constraints, options }: TableDefinition): AlteredTable {
  return { before: table.name, name: table.name, columns: columns.map(kept), constraints, options }
}

function kept(definition: ColumnDefinition): AlteredColumn {
  return { definition, to: definition.name, isDropped: false, isNumbered: false }
}

/**
 * Applies an operation. Names are those of before the request, as in Datasette, or those that an earlier operation gave.
 * To rename or drop a column that is not there changes nothing (host.md §10.6). The failure is the message to show.
 */
export function applyOperation(table: AlteredTable, operation: AlterOperation): Result<AlteredTable, string> {
  switch (operation.op) {
    case 'add_column':
      if (operation.notNull && operation.default?.sql == null) {
        return fail('add_column args.default or args.default_expr is required when not_null is true')
      }
      return ok({ ...table, columns: [...table.columns, kept(addedColumn(operation))] })
    case 'rename_column':
      return ok(
        replaceColumn(table, find(table, operation.name), (column) => ({ ...column, to: operation.to })),
      )
    case 'rename_table':
      return ok({ ...table, name: operation.to })
    case 'alter_column':
      return onColumn(table, operation.name, (column) => alterColumn(column, operation))
    case 'drop_column':
      return ok(dropColumn(table, find(table, operation.name)))
    case 'set_primary_key':
      return setPrimaryKey(table, operation.columns)
    case 'reorder_columns':
      return reorder(table, operation.columns)
    case 'add_foreign_key':
      return addForeignKey(table, operation.foreignKey)
    case 'drop_foreign_key': {
      const column = find(table, operation.column)
      return column === null ? noSuchColumn(operation.column) : ok(withoutForeignKeys(table, [column]))
    }
    case 'set_foreign_keys':
      return operation.foreignKeys.reduce<Result<AlteredTable, string>>(
        (result, key) => (result.ok ? addForeignKey(result.value, key) : result),
        ok(withoutForeignKeys(table, table.columns)),
      )
  }
}

/** The columns of the primary key, in its order. */
export function primaryKeyOf({
  columns,
  constraints,
}: {
  readonly columns: readonly Pick<AlteredColumn, 'definition'>[]
  readonly constraints: readonly TableConstraint[]
}): readonly string[] {
  const inline = columns
    .filter(({ definition }) => definition.clauses.some(({ kind }) => kind === 'primary key'))
    .map(({ definition }) => definition.name)
  const constraint = constraints.find(({ kind }) => kind === 'primary key')
  return constraint?.columns ?? inline
}

/**
 * Writes the defaults that are numbers as text, as Datasette does when it builds a table again. The column makes a number
 * of it when a row is stored, so the values are the same; where the column would not, it stays. What a request asked for
 * stays as well.
 */
export function withQuotedDefaults(table: AlteredTable, before: TableDefinition): AlteredTable {
  const old = new Set(before.columns.flatMap(({ clauses }) => clauses))
  const columns = table.columns.map((column) => {
    const { definition } = column
    if (affinityOf(definition.type) === 'none') return column
    const clauses = definition.clauses.map((clause) => {
      const number = old.has(clause) ? NUMERIC_DEFAULT.exec(clause.sql)?.[1] : undefined
      return number === undefined ? clause : { ...clause, sql: `DEFAULT '${number}'` }
    })
    return { ...column, definition: { ...definition, clauses } }
  })
  return { ...table, columns }
}

const NUMERIC_DEFAULT = /^default\s+([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i

/** A column that an operation adds. */
export function addedColumn({
  name,
  type,
  notNull,
  default: value,
}: Extract<AlterOperation, { op: 'add_column' }>): ColumnDefinition {
  return {
    name,
    type,
    clauses: [...(notNull ? [NOT_NULL] : []), ...(value?.sql == null ? [] : [defaultClause(value.sql)])],
  }
}

const NOT_NULL: ColumnClause = { kind: 'not null', sql: 'NOT NULL' }

function defaultClause(sql: string): ColumnClause {
  return { kind: 'default', sql: `DEFAULT ${sql}` }
}

function alterColumn(
  { name, type, clauses }: ColumnDefinition,
  change: Extract<AlterOperation, { op: 'alter_column' }>,
): ColumnDefinition {
  const replaced: readonly ColumnClause['kind'][] = [
    ...(change.notNull === null ? [] : (['not null', 'null'] as const)),
    ...(change.default === null ? [] : (['default'] as const)),
  ]
  return {
    name,
    type: change.type ?? type,
    clauses: [
      ...clauses.filter(({ kind }) => !replaced.includes(kind)),
      ...(change.notNull === true ? [NOT_NULL] : []),
      ...(change.default?.sql == null ? [] : [defaultClause(change.default.sql)]),
    ],
  }
}

/** What is about this column alone goes with it. SQLite refuses to drop what an index, a view or a trigger needs. */
function dropColumn(table: AlteredTable, column: AlteredColumn | null): AlteredTable {
  if (column === null) return table
  const dropped = replaceColumn(withoutForeignKeys(table, [column]), column, (each) => ({
    ...withoutClauses(each, ['unique']),
    isDropped: true,
  }))
  const constraints = dropped.constraints.filter((each) => each.kind !== 'unique' || !isOnly(each, [column]))
  return { ...dropped, constraints }
}

function setPrimaryKey(table: AlteredTable, names: readonly string[]): Result<AlteredTable, string> {
  const [only = ''] = names
  const found = names.map((name) => find(table, name))
  const key = found.filter((column) => column !== null)
  const current = primaryKeyOf(table)
  if (
    key.length === names.length &&
    key.length === current.length &&
    key.every((column, place) => isSameName(column.definition.name, current[place] ?? ''))
  ) {
    return ok(table)
  }
  const missing = names.find((_name, place) => found[place] === null)
  const isNew = missing !== undefined && names.length === 1 && !/without rowid/i.test(table.options)
  if (missing !== undefined && !isNew) return noSuchColumn(missing)
  if (new Set(key).size < key.length) return fail('A primary key cannot have a column twice')

  const columns = table.columns.map((column) => withoutClauses(column, ['primary key']))
  const constraints = table.constraints.filter(({ kind }) => kind !== 'primary key')
  if (isNew) {
    const definition = { name: only, type: 'INTEGER', clauses: [PRIMARY_KEY] }
    return ok({ ...table, constraints, columns: [{ ...kept(definition), isNumbered: true }, ...columns] })
  }
  const keyNames = key.map(({ definition }) => definition.name)
  if (keyNames.length === 1) {
    const withKey = columns.map((column) =>
      column.definition.name === keyNames[0] ? withClause(column, PRIMARY_KEY) : column,
    )
    return ok({ ...table, constraints, columns: withKey })
  }
  const sql = `PRIMARY KEY (${keyNames.map(quoteIdentifier).join(', ')})`
  return ok({
    ...table,
    columns,
    constraints: [{ kind: 'primary key', columns: keyNames, sql }, ...constraints],
  })
}

const PRIMARY_KEY: ColumnClause = { kind: 'primary key', sql: 'PRIMARY KEY' }

/** Columns that are not named follow those that are, in the order that they had. */
function reorder(table: AlteredTable, names: readonly string[]): Result<AlteredTable, string> {
  const first = new Set<AlteredColumn>()
  for (const name of names) {
    const column = find(table, name)
    if (column === null) return noSuchColumn(name)
    first.add(column)
  }
  return ok({ ...table, columns: [...first.union(new Set(table.columns))] })
}

function addForeignKey(
  table: AlteredTable,
  { column: name, to }: AskedForeignKey,
): Result<AlteredTable, string> {
  const column = find(table, name)
  if (column === null) return noSuchColumn(name)
  const points = to.column === null ? '' : `(${quoteIdentifier(to.column)})`
  const clause: ColumnClause = { kind: 'references', sql: `REFERENCES ${quoteIdentifier(to.table)}${points}` }
  const freed = withoutForeignKeys(table, [column])
  return ok(replaceColumn(freed, find(freed, name), (each) => withClause(each, clause)))
}

/** Foreign keys of several columns stay: the operations cannot name them. */
function withoutForeignKeys(table: AlteredTable, columns: readonly AlteredColumn[]): AlteredTable {
  const names = new Set(columns.map(({ definition }) => definition.name))
  return {
    ...table,
    columns: table.columns.map((column) =>
      names.has(column.definition.name) ? withoutClauses(column, ['references']) : column,
    ),
    constraints: table.constraints.filter((each) => each.kind !== 'foreign key' || !isOnly(each, columns)),
  }
}

function isOnly({ columns: [only, ...others] }: TableConstraint, columns: readonly AlteredColumn[]): boolean {
  return (
    only !== undefined &&
    others.length === 0 &&
    columns.some(({ definition }) => isSameName(definition.name, only))
  )
}

function withClause(column: AlteredColumn, clause: ColumnClause): AlteredColumn {
  const { definition } = column
  return { ...column, definition: { ...definition, clauses: [...definition.clauses, clause] } }
}

function withoutClauses(column: AlteredColumn, kinds: readonly ColumnClause['kind'][]): AlteredColumn {
  const { definition } = column
  const clauses = definition.clauses.filter(({ kind }) => !kinds.includes(kind))
  return clauses.length === definition.clauses.length
    ? column
    : { ...column, definition: { ...definition, clauses } }
}

function onColumn(
  table: AlteredTable,
  name: string,
  change: (definition: ColumnDefinition) => ColumnDefinition,
): Result<AlteredTable, string> {
  const column = find(table, name)
  if (column === null) return noSuchColumn(name)
  return ok(replaceColumn(table, column, (each) => ({ ...each, definition: change(each.definition) })))
}

function find({ columns }: AlteredTable, name: string): AlteredColumn | null {
  const present = columns.filter(({ isDropped }) => !isDropped)
  return (
    present.find(({ definition }) => definition.name === name) ??
    present.find(({ to }) => to === name) ??
    null
  )
}

function replaceColumn(
  table: AlteredTable,
  column: AlteredColumn | null,
  change: (column: AlteredColumn) => AlteredColumn,
): AlteredTable {
  if (column === null) return table
  const { name } = column.definition
  return {
    ...table,
    columns: table.columns.map((each) => (each.definition.name === name ? change(each) : each)),
  }
}

function noSuchColumn(name: string): Result<never, string> {
  return fail(`No such column: ${name}`)
}
