import type { DatabaseSync } from 'node:sqlite'
import { isSqlites } from './authorizer-event.ts'
import { prepareAndObserve } from './observe.ts'
import { isSameOperation, type Operation } from './operation.ts'
import { quoteIdentifier } from './quote-identifier.ts'

/** What there was before a statement that changes the schema. */
export type SchemaBefore = {
  readonly tables: ReadonlySet<string>
  /** The tables that the altered one referred to, once for each foreign key. */
  readonly parents: readonly string[]
}

/** Looks at the schema before a statement runs; null where there is nothing that SQLite tells only afterwards. */
export function schemaBefore(handle: DatabaseSync, operations: readonly Operation[]): SchemaBefore | null {
  const tellsMore = operations.some(
    ({ operation, target, kind }) =>
      operation === 'alter' || (operation === 'create' && target !== 'index' && kind === null),
  )
  if (!tellsMore) return null
  const altered = operations.filter(({ operation }) => operation === 'alter')
  return {
    tables: tableNames(handle),
    parents: altered.flatMap(({ table }) => parentsOf(handle, table ?? '')),
  }
}

/** What a statement did to the schema. */
export type SchemaChanges = {
  /** Those that were not told before. */
  readonly operations: readonly Operation[]
  /** The tables that new foreign keys refer to. */
  readonly parents: readonly string[]
}

/**
 * What a statement did that SQLite only tells once it has run, in the same transaction: what a new view reads, the new name of a
 * table, and the tables that a new foreign key refers to, whose values it could be asked for.
 */
export function changesAfter(
  handle: DatabaseSync,
  operations: readonly Operation[],
  before: SchemaBefore,
): SchemaChanges {
  const made = [...tableNames(handle)].filter((name) => !before.tables.has(name) && !isSqlites(name))
  const altered = operations.filter(({ operation }) => operation === 'alter').map(({ table }) => table ?? '')
  const views = operations.filter(({ operation, target }) => operation === 'create' && target === 'view')
  const known = [...before.parents]
  const parents = [...made, ...altered].flatMap((table) =>
    parentsOf(handle, table).filter((parent) => {
      const place = known.indexOf(parent)
      if (place >= 0) known.splice(place, 1)
      return parent !== table && place < 0
    }),
  )
  const after = [
    ...made.map((table): Operation => ({ ...NOTHING, operation: 'create', table })),
    ...parents.map((table): Operation => ({ ...NOTHING, operation: 'read', table, kind: 'table' })),
    ...views.flatMap(({ table }) => readsOf(handle, table ?? '')),
  ]
  return {
    operations: after.filter((one) => !operations.some((told) => isSameOperation(one, told))),
    parents,
  }
}

/**
 * Throws SQLite's error for a new foreign key that could not work: no row of the other table could be deleted any more. It tells of that
 * table, so this is for who may see it.
 */
export function requireWorkingKeys(handle: DatabaseSync, { parents }: SchemaChanges): void {
  for (const parent of parents) handle.prepare(`delete from ${quoteIdentifier(parent)}`)
}

const NOTHING = { target: 'table', source: null, kind: null } as const

function tableNames(handle: DatabaseSync): ReadonlySet<string> {
  return new Set(texts(handle.prepare("select name from sqlite_schema where type = 'table'").all()))
}

/** The declaration may have the name in another case than the schema; a composite key has a row for each column. */
const PARENTS = `
  select coalesce((select name from sqlite_schema where type = 'table' and name = k."table" collate nocase), k."table")
  from temp.pragma_foreign_key_list(?) as k where seq = 0`

function parentsOf(handle: DatabaseSync, table: string): readonly string[] {
  return texts(handle.prepare(PARENTS).all(table))
}

function texts(rows: readonly unknown[]): readonly string[] {
  return rows.flatMap((row) => (Array.isArray(row) ? [String(row[0])] : []))
}

function readsOf(handle: DatabaseSync, view: string): readonly Operation[] {
  const prepared = prepareAndObserve(handle, `select * from ${quoteIdentifier(view)}`)
  return prepared.ok ? prepared.value.operations.filter(({ table }) => table !== view) : []
}
