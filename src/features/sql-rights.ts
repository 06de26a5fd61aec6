import type { Actor } from '../auth/actor.ts'
import type { Database } from '../database/database.ts'
import { isSameName } from '../database/fold-name.ts'
import type { Operation } from '../database/operation.ts'
import { HttpError } from '../http/http-error.ts'
import { databaseResource, tableResource, type Resource } from '../permissions/action.ts'
import { fail, ok, type Result } from '../result.ts'
import { challengeHeaders } from './challenge.ts'
import type { FeatureDeps } from './feature-deps.ts'
import { mentions, type Names } from './names-in-sql.ts'
import { takenByQuery } from './taken-names.ts'
import { maySeeTable } from './visible-tables.ts'

/** One right that an operation needs. */
export type Need = { readonly action: string; readonly resource: Resource }

/** An operation of a statement with what it needs, and whether the actor has that. */
export type JudgedOperation = {
  readonly operation: Operation
  readonly needs: readonly Need[]
  /** Why the statement may not run; null where this operation is no reason. */
  readonly refusal: HttpError | null
}

/**
 * Judges everything that a statement of somebody's would do, each by itself (host.md §10.8). What triggers, views and foreign keys do
 * counts as if the statement did it: nobody reaches through them what they could not reach directly. `names` are those of the statement.
 */
export function judgeOperations(
  deps: Pick<FeatureDeps, 'config' | 'permissions'>,
  actor: Actor | null,
  database: Database,
  names: Names,
  operations: readonly Operation[],
): readonly JudgedOperation[] {
  const renames = isRename(operations)
  return operations.map((operation): JudgedOperation => {
    const needed = needsOf(database.name, operation)
    if (!needed.ok) return { operation, needs: [], refusal: new HttpError(403, needed.error) }
    const all = [...needed.value, ...furtherNeeds(database, operation, renames)]
    const missing = all.find((need) => !holds(deps, actor, database, need))
    if (missing !== undefined) {
      const refusal = refusalOf(deps, actor, database, names, missing, all)
      return { operation, needs: needed.value, refusal }
    }
    return { operation, needs: needed.value, refusal: nameRefusal(deps, database.name, operation) }
  })
}

/** Judges whatever a statement would do with a table that it names and that the actor may not see. */
export function judgeUnknown(
  deps: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  names: Names,
  table: string,
): JudgedOperation {
  const need = { action: 'view-table', resource: tableResource(database.name, table) }
  return {
    operation: { operation: 'unknown', target: 'table', table, source: null, kind: null },
    needs: [need],
    refusal: refusalOf(deps, actor, database, names, need, [need]),
  }
}

/** Whether a statement changes anything; one that only reads is for the page of queries. */
export function isWrite(operations: readonly Operation[]): boolean {
  return operations.some(({ operation }) => operation !== 'read')
}

/** The changes of a statement, as its event tells them. */
export function effectsOf(
  operations: readonly Operation[],
): readonly { readonly operation: string; readonly table: string }[] {
  return operations.flatMap(({ operation, table }) =>
    operation === 'read' || table === null ? [] : [{ operation, table }],
  )
}

/** A new name takes the rows out of the rules about the old one: it needs what a copy and dropping the original would. */
function isRename(operations: readonly Operation[]): boolean {
  return (
    operations.some(({ operation }) => operation === 'alter') &&
    operations.some(({ operation, target }) => operation === 'create' && target === 'table')
  )
}

function needsOf(
  database: string,
  { operation, target, table, source, kind }: Operation,
): Result<readonly Need[], string> {
  const onDatabase = (action: string): Need => ({ action, resource: databaseResource(database) })
  const onTable = (action: string): Need => ({ action, resource: tableResource(database, table ?? '') })
  if (target === 'temporary') {
    return fail('Temporary tables, views, indexes and triggers are not allowed in user-supplied SQL')
  }
  if (operation === 'read' && table === null) return ok([])
  switch (`${operation} ${target}`) {
    case 'read table':
      return ok([onTable('view-table')])
    case 'insert table':
    case 'update table':
    case 'delete table': {
      // A full-text index is kept by triggers of its owner; written to directly, it takes commands.
      if (kind === 'virtual' && source === null) {
        return fail('Writes to virtual tables are not allowed in user-supplied SQL')
      }
      if (kind === 'shadow') return fail('Writes to shadow tables are not allowed in user-supplied SQL')
      const actions = operation === 'delete' ? ['delete-row'] : ['insert-row', 'update-row', 'delete-row']
      return ok(actions.map(onTable))
    }
    case 'create table':
      return ok([onDatabase('create-table')])
    case 'create view':
      return ok([onDatabase('create-view')])
    case 'drop view':
      return ok([onTable('drop-view')])
    case 'drop table':
      return ok([onTable('drop-table')])
    case 'alter table':
    case 'create index':
    case 'drop index':
      return ok([onTable('alter-table')])
    default:
      return fail(`Unsupported SQL operation: ${operation} ${target}`)
  }
}

/**
 * What an operation needs beyond what documents tell (host.md §10.8). A new column is checked against the rows that are there, which
 * tells of their values. Rows that come with a new table, or with a new name of one, are rows inserted there. SQLite tells of a view
 * of which no column is read only as the source of what it reads.
 */
function furtherNeeds(
  database: Database,
  { operation, target, table, source, kind }: Operation,
  renames: boolean,
): readonly Need[] {
  const on = (name: string | null, action: string): Need => ({
    action,
    resource: tableResource(database.name, name ?? ''),
  })
  const onTable = (action: string): Need => on(table, action)
  if (operation === 'alter') return ['view-table', ...(renames ? ['drop-table'] : [])].map(onTable)
  if (operation === 'read' && source !== null) {
    const view = database.schema().views.find((name) => isSameName(name, source))
    return view === undefined ? [] : [on(view, 'view-table')]
  }
  const isFilled = operation === 'create' && target === 'table' && (renames || kind !== null)
  return isFilled ? [onTable('insert-row')] : []
}

function holds(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  { action, resource }: Need,
): boolean {
  return action === 'view-table' && resource.level === 'resource'
    ? maySeeTable(permissions, actor, database, resource.resource)
    : permissions.allows(actor, action, resource)
}

function refusalOf(
  { permissions }: Pick<FeatureDeps, 'permissions'>,
  actor: Actor | null,
  database: Database,
  names: Names,
  { action, resource }: Need,
  all: readonly Need[],
): HttpError {
  if (resource.level !== 'resource') {
    return new HttpError(403, `Permission denied: need ${action} on ${database.name}`, {
      headers: challengeHeaders(permissions, actor, [action], resource),
    })
  }
  const { resource: table } = resource
  // What a trigger, a view or a foreign key leads to is not named to those who do not know of it.
  if (!mentions(names, table) && !maySeeTable(permissions, actor, database, table)) {
    return new HttpError(
      403,
      'Permission denied: this would also read or change a table that you may not see',
    )
  }
  const actions = all.flatMap((need) => (need.resource.level === 'resource' ? [need.action] : []))
  return new HttpError(403, `Permission denied: need ${action} on ${database.name}/${table}`, {
    headers: challengeHeaders(permissions, actor, actions, resource),
  })
}

/** The refusal of an operation for the name of what it would make, or null. */
function nameRefusal(
  deps: Pick<FeatureDeps, 'config'>,
  database: string,
  { operation, target, table }: Operation,
): HttpError | null {
  const isNew = operation === 'create' && (target === 'table' || target === 'view')
  return isNew && table !== null ? takenByQuery(deps, database, table) : null
}
