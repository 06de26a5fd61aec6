import type { Database, Table, WriteStatement } from '../../../database/database.ts'
import { foldName, isSameName } from '../../../database/fold-name.ts'
import { quoteIdentifier } from '../../../database/quote-identifier.ts'
import { freeRowidName } from '../../../database/row-key.ts'
import { formatTableDefinition, type TableDefinition } from '../../../database/table-definition.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { primaryKeyOf, type AlteredColumn, type AlteredTable } from './altered-columns.ts'

/** What stands around a table and has to be there again when it was rebuilt. */
export type Surroundings = {
  /** The statements of its indexes and triggers as JSON, oldest first; as `COMPANIONS` finds them. */
  readonly companions: string
  /** A name that no table, view or index has. */
  readonly spareName: string
  /** A full-text index that knows the rows by their numbers, or null. */
  readonly searchIndex: string | null
  /** Whether it is a full-text index, or what one keeps for itself. */
  readonly isShadow: boolean
}

/** Finds the statements of the indexes and triggers of the table `?`. Those that a constraint brings have none. */
const COMPANIONS = `
  select json_group_array(sql) as companions from (
    select sql from sqlite_schema
    where tbl_name = ? collate nocase and type in ('index', 'trigger') and sql is not null order by rowid)`

/** Looks around a table. */
export function surroundingsOf(database: Database, table: string): Surroundings {
  const schema = database.schema()
  const taken = new Set([...schema.tables.map(({ name }) => name), ...schema.views].map(foldName))
  let spareName = `_${table}_before`
  while (taken.has(foldName(spareName))) spareName = `_${spareName}`
  const searchIndex = schema.tables.find(({ name }) => schema.hostOf(name) === table)?.name ?? null
  return {
    companions: String(database.get(COMPANIONS, [table])?.['companions'] ?? '[]'),
    spareName,
    searchIndex,
    isShadow: schema.hostOf(table) !== null,
  }
}

/** What must still be so when the plan is carried out. */
export function unchangedSince({ name, sql }: Table, { companions }: Surroundings): WriteStatement {
  return {
    sql: `select 1 from sqlite_schema where type = 'table' and name = ? and sql = ? and (${COMPANIONS}) = ?`,
    params: [name, sql, name, companions],
  }
}

/**
 * Builds a table again (sqlite.org/lang_altertable.html §7): the old one steps aside, the new one takes its place, its rows
 * and their numbers, its indexes and triggers. The failure is the message to show.
 */
export function rebuildPlan(
  table: Table,
  before: TableDefinition,
  after: AlteredTable,
  { companions, spareName, searchIndex }: Surroundings,
): Result<readonly WriteStatement[], string> {
  const { columns, constraints, options } = after
  const number = rowNumberOf(columns, after)
  const numberBefore = rowNumberOf(
    before.columns.map((definition) => ({ definition })),
    before,
  )
  const movesRows =
    number !== null && number !== numberBefore && !columns.some(({ isNumbered }) => isNumbered)
  if (movesRows && searchIndex !== null) {
    return fail('A full-text index knows the rows by the numbers that they have now')
  }

  const rowid = /without rowid/i.test(options)
    ? null
    : freeRowidName(columns.map(({ definition }) => definition.name))
  const stored = columns.filter(
    ({ definition }) => !definition.clauses.some(({ kind }) => kind === 'generated'),
  )
  const copied = [
    ...(rowid === null || number !== null ? [] : [[rowid, rowid] as const]),
    ...stored.map(({ definition, isNumbered }) => {
      const name = quoteIdentifier(definition.name)
      if (isNumbered) return [name, rowid ?? 'null'] as const
      // SQLite would make up a number where there is none. Text it refuses.
      return [name, movesRows && definition.name === number ? `ifnull(${name}, 'none')` : name] as const
    }),
  ]
  const [name, spare] = [quoteIdentifier(table.name), quoteIdentifier(spareName)]
  const definition = { columns: columns.map((column) => column.definition), constraints, options }
  const countsUp = definition.columns.some(({ clauses }) =>
    clauses.some(({ sql }) => /\bautoincrement$/i.test(sql)),
  )
  return ok([
    { sql: `alter table ${name} rename to ${spare}`, params: [], leavesReferences: true },
    statement(formatTableDefinition(table.name, definition)),
    statement(
      `insert into ${name} (${copied.map(([to]) => to).join(', ')}) select ${copied.map(([, from]) => from).join(', ')} from ${spare}`,
    ),
    ...(countsUp ? keepCounting(table.name, spareName) : []),
    statement(`drop table ${spare}`),
    ...statementsIn(companions).map(statement),
  ])
}

/** The column that is another name for the row number (sqlite.org/lang_createtable.html#rowid), or null. */
function rowNumberOf(
  columns: readonly Pick<AlteredColumn, 'definition'>[],
  { constraints, options }: Pick<TableDefinition, 'constraints' | 'options'>,
): string | null {
  const [only, ...others] = primaryKeyOf({ columns, constraints })
  const key = columns.find(
    ({ definition }) => only !== undefined && isSameName(definition.name, only),
  )?.definition
  if (key === undefined || others.length > 0 || key.type.toLowerCase() !== 'integer') return null
  const isDescending = key.clauses.some(({ kind, sql }) => kind === 'primary key' && /\bdesc\b/i.test(sql))
  return isDescending || /without rowid/i.test(options) ? null : key.name
}

/** AUTOINCREMENT gives no number twice, also when the row that had it is gone. */
function keepCounting(table: string, spareName: string): readonly WriteStatement[] {
  return [
    { sql: 'delete from sqlite_sequence where name = ?', params: [table] },
    {
      sql: 'insert into sqlite_sequence (name, seq) select ?, seq from sqlite_sequence where name = ?',
      params: [table, spareName],
    },
  ]
}

function statementsIn(companions: string): readonly string[] {
  const parsed: unknown = JSON.parse(companions)
  return Array.isArray(parsed) ? parsed.map(String) : []
}

function statement(sql: string): WriteStatement {
  return { sql, params: [] }
}
