import { quoteIdentifier } from './quote-identifier.ts'

/**
 * A CREATE TABLE statement in parts (sqlite.org/lang_createtable.html), so that a part can be changed and all others stay
 * as their author wrote them.
 */
export type TableDefinition = {
  readonly columns: readonly ColumnDefinition[]
  readonly constraints: readonly TableConstraint[]
  /** What follows the closing bracket: `STRICT`, `WITHOUT ROWID`, both or nothing. */
  readonly options: string
}

/** One column: its name, the declared type or nothing, and what else is said of it. */
export type ColumnDefinition = {
  readonly name: string
  readonly type: string
  readonly clauses: readonly ColumnClause[]
}

/** One constraint of a column. `sql` is the whole of it, with its name if it has one. */
export type ColumnClause = {
  readonly kind:
    | 'primary key'
    | 'not null'
    | 'null'
    | 'unique'
    | 'check'
    | 'default'
    | 'collate'
    | 'references'
    | 'generated'
  readonly sql: string
}

/** A constraint of the whole table. `columns` are those that it is about; empty for a CHECK, and for what is not a plain column. */
export type TableConstraint = {
  readonly kind: 'primary key' | 'unique' | 'check' | 'foreign key'
  readonly columns: readonly string[]
  readonly sql: string
}

/** The statement that makes a table of this definition, laid out as Datasette does. */
export function formatTableDefinition(
  name: string,
  { columns, constraints, options }: TableDefinition,
): string {
  const lines = [...columns.map(formatColumn), ...constraints.map(({ sql }) => sql)]
  return `CREATE TABLE ${quoteIdentifier(name)} (\n   ${lines.join(',\n   ')}\n)${options === '' ? '' : ` ${options}`}`
}

/** The order in which clauses are written; the others stand between these two groups. */
const FIRST: readonly ColumnClause['kind'][] = ['primary key', 'not null', 'default']
const LAST: ColumnClause['kind'] = 'references'

/** A column as it stands in a CREATE TABLE or ALTER TABLE statement. */
export function formatColumn({ name, type, clauses }: ColumnDefinition): string {
  const place = ({ kind }: ColumnClause) =>
    kind === LAST ? FIRST.length + 1 : FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length
  const sorted = clauses.toSorted((a, b) => place(a) - place(b))
  return [quoteIdentifier(name), ...(type === '' ? [] : [type]), ...sorted.map(({ sql }) => sql)].join(' ')
}
